"""What transformers gives for models that this library wrote, for compare_merged.ts.

Usage: python compare_merged.py MODELS OUT.safetensors TEXT   (torch, transformers)

MODELS holds a folder for each model. OUT holds for each the ids of the text under NAME.ids and the logits (tokens, vocabulary)
under NAME.logits. A name in a model's file that transformers does not know, or misses, is an error.
"""
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer


def main(models, out, text):
    tensors = {}
    for folder in sorted(Path(models).iterdir()):
        model, report = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
        wrong = {kind: list(names) for kind, names in report.items() if names}
        assert not wrong, f"{folder.name}: {wrong}"
        ids = AutoTokenizer.from_pretrained(folder)(text, add_special_tokens=False, return_tensors="pt").input_ids
        with torch.no_grad():
            logits = model.eval()(input_ids=ids).logits[0]
        tensors[f"{folder.name}.ids"] = ids[0].to(torch.int32)
        tensors[f"{folder.name}.logits"] = logits.clone()
    save_file(tensors, out)


main(*sys.argv[1:])
