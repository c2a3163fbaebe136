"""The logits that PEFT gives with adapters of this library, for compare_peft.ts.

Usage: python compare_peft.py MODEL ADAPTERS OUT.safetensors ID…   (torch, transformers, peft)

MODEL is a folder in transformers' form; ADAPTERS holds a folder for each adapter. OUT holds logits (tokens, vocabulary) under
each folder's name, and the model's own under "base".
"""
import logging
import sys
import warnings
from pathlib import Path

import torch
from peft import PeftModel
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)


def main(model_folder, adapters, out, *ids):
    ids = torch.tensor([[int(i) for i in ids]])
    model = AutoModelForCausalLM.from_pretrained(model_folder, dtype=torch.float32).eval()
    with torch.no_grad():
        logits = {"base": model(input_ids=ids).logits[0].clone()}
        for folder in sorted(Path(adapters).iterdir()):
            adapted = PeftModel.from_pretrained(model, folder).eval()
            logits[folder.name] = adapted(input_ids=ids).logits[0].clone()
            model = adapted.unload()
    save_file(logits, out)


main(*sys.argv[1:])
