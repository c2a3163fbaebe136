"""Loads a model with its tokenizer by transformers; prints one JSON line.

transformers maps safetensors into memory, and their numbers are read from the file when they are first used. So that both
have done the same when the clock stops, each weight is read once here.

usage: python bench_load_transformers.py CASE   (JSON with kind, path)
"""

import json
import sys
import time
from pathlib import Path

import gguf  # noqa: F401: what is imported late must not count
import torch
from transformers import AutoModel, AutoModelForCausalLM, AutoTokenizer
from transformers import BertModel, BertTokenizerFast, GPT2TokenizerFast, LlamaForCausalLM  # noqa: F401

case = json.loads(sys.argv[1])
path = Path(case["path"])
of_file = {"gguf_file": path.name} if path.suffix == ".gguf" else {}
folder = path.parent if of_file else path
loader = AutoModelForCausalLM if case["kind"] == "decoder" else AutoModel


def resident(mark):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(mark))


torch.ones(64, 64) @ torch.ones(64, 64)
Path("/proc/self/clear_refs").write_text("5")
before = resident("VmHWM")
begun = time.perf_counter()
tokenizer = AutoTokenizer.from_pretrained(folder, **of_file)
model = loader.from_pretrained(folder, dtype=torch.float32, **of_file)
for parameter in model.parameters():
    parameter.sum()
seconds = time.perf_counter() - begun
size = sum(parameter.numel() * parameter.element_size() for parameter in model.parameters())
print(json.dumps({"seconds": seconds, "peak_memory_bytes": resident("VmHWM") - before, "tensor_bytes": size}))
