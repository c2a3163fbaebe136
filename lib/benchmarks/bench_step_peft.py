"""LoRA training steps of PEFT + torch on random weights; prints one JSON line.

usage: python bench_step_peft.py CASE   (JSON with config, rank, batch, length, recompute, steps)
"""

import json
import resource
import sys
import time

import torch
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

case = json.loads(sys.argv[1])
torch.manual_seed(0)
config = LlamaConfig(**case["config"], tie_word_embeddings=True)
targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
model = LlamaForCausalLM(config).to(torch.float32)
if case["recompute"]:
    model.gradient_checkpointing_enable({"use_reentrant": False})
    model.enable_input_require_grads()
model.train()
rank = case["rank"]
model = get_peft_model(model, LoraConfig(r=rank, lora_alpha=rank, lora_dropout=0, target_modules=targets))
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=2e-4, weight_decay=0)
ids = torch.randint(0, config.vocab_size, (case["batch"], case["length"]))
seconds = []
for step in range(case["steps"] + 1):
    begun = time.perf_counter()
    model(input_ids=ids, labels=ids).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    seconds.append(time.perf_counter() - begun)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"first_s": seconds[0], "seconds": seconds[1:], "peak_memory_bytes": peak}))
