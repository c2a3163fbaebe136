"""One LoRA training step of PEFT + torch on random weights of SmolLM2-135M's shape; prints one JSON line.

usage: python bench_peft.py STEPS BATCH LENGTH RANK
"""

import json
import resource
import sys
import time

import torch
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

steps, batch, length, rank = map(int, sys.argv[1:])
torch.manual_seed(0)
config = LlamaConfig(
    vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9,
    num_key_value_heads=3, max_position_embeddings=8192, rope_theta=100000.0, rms_norm_eps=1e-5,
    tie_word_embeddings=True,
)
targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
model = LlamaForCausalLM(config).to(torch.float32)
model = get_peft_model(model, LoraConfig(r=rank, lora_alpha=rank, lora_dropout=0, target_modules=targets))
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=2e-4, weight_decay=0)
ids = torch.randint(0, config.vocab_size, (batch, length))
seconds = []
for step in range(steps + 1):
    begun = time.perf_counter()
    model(input_ids=ids, labels=ids).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    if step > 0:
        seconds.append(time.perf_counter() - begun)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "peak_memory_bytes": peak, "torch": torch.__version__}))
