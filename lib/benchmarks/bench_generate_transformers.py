"""Continuations of random prompts by transformers' generate with random weights; prints one JSON line.

usage: python bench_generate_transformers.py CASE   (the JSON of a GenerateCase; refill is passed over)
"""

import json
import resource
import sys
import time

import torch
from transformers import LlamaConfig, LlamaForCausalLM

case = json.loads(sys.argv[1])
torch.manual_seed(0)
config = LlamaConfig(**case["config"], tie_word_embeddings=True, pad_token_id=0, eos_token_id=None)
model = LlamaForCausalLM(config).to(torch.float32).eval()
sampling = case.get("sampling") or {}
names = {"temperature": "temperature", "topK": "top_k", "topP": "top_p", "repetitionPenalty": "repetition_penalty"}
how = {"do_sample": "temperature" in sampling, **{names[name]: value for name, value in sampling.items()}}


def batch_of(lengths):
    """Random prompts, padded on the left to the longest."""
    longest = max(lengths)
    ids = torch.randint(0, config.vocab_size, (len(lengths), longest))
    mask = torch.tensor([[0] * (longest - length) + [1] * length for length in lengths])
    return ids * mask, mask


places = range(0, len(case["promptTokens"]), case["batch"])
batches = [batch_of(case["promptTokens"][at : at + case["batch"]]) for at in places]
limits = [max(case["newTokens"][at : at + case["batch"]]) for at in places]
seconds, cpu_seconds = [], []
for _ in range(case["runs"] + 1):
    begun, cpu_begun = time.perf_counter(), time.process_time()
    for (ids, mask), limit in zip(batches, limits):
        out = model.generate(ids, attention_mask=mask, max_new_tokens=limit, **how)
        assert out.shape[1] == ids.shape[1] + limit
    seconds.append(time.perf_counter() - begun)
    cpu_seconds.append(time.process_time() - cpu_begun)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
times = {"first_s": seconds[0], "seconds": seconds[1:], "cpu_seconds": cpu_seconds[1:], "peak_memory_bytes": peak}
print(json.dumps(times))
