"""Greedy continuations of random prompts by transformers' generate with random weights; prints one JSON line.

usage: python bench_generate_transformers.py CASE   (JSON with config, batch, promptTokens, newTokens, runs)
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
ids = torch.randint(0, config.vocab_size, (case["batch"], case["promptTokens"]))
seconds = []
for _ in range(case["runs"] + 1):
    begun = time.perf_counter()
    out = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=case["newTokens"], do_sample=False)
    seconds.append(time.perf_counter() - begun)
    assert out.shape[1] == case["promptTokens"] + case["newTokens"]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"first_s": seconds[0], "seconds": seconds[1:], "peak_memory_bytes": peak}))
