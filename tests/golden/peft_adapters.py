"""Adapters as PEFT itself writes them, and the logits that PEFT gives after reading them again.

Usage: python peft_adapters.py OUT   (torch, transformers, peft; OUT is tests/golden/peft)

model.safetensors            a random LLaMA in transformers' names (the shape of tests/models/tiny_llama.ts, head tied)
CASE/adapter_config.json,
CASE/adapter_model.safetensors   written by `save_pretrained` after every trained value was disturbed
logits.json                  made_by; ids; base (logits without an adapter); cases[CASE] (logits after `PeftModel.from_pretrained`
                             on the model as it is in model.safetensors); trained[CASE] (logits before saving)

Natively saved PiSSA and OLoRA adapters hold A and B alone: on reading, PEFT computes the start anew from the given
weights and takes it off them. CASE "…_converted" is PEFT's rank-2r form, which needs no such change of the weights.
"""
import json
import sys
import tempfile
from pathlib import Path

import peft
import torch
import transformers
from peft import LoraConfig, PeftModel, VeraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import LlamaConfig, LlamaForCausalLM

IDS = [3, 1, 4, 1, 5, 9, 2, 6, 22, 0, 17]
EXPRESSION = r"model\.layers\.\d+\.(self_attn\.(q|v)_proj|mlp\.down_proj)"
CASES = {
    "lora": LoraConfig(r=3, lora_alpha=6, lora_dropout=0.1, target_modules=["q_proj", "v_proj"]),
    "rslora": LoraConfig(r=4, lora_alpha=6, use_rslora=True, target_modules="all-linear"),
    "dora": LoraConfig(r=3, lora_alpha=5, use_dora=True, target_modules=["q_proj", "k_proj", "o_proj", "up_proj"]),
    "patterns": LoraConfig(
        r=2, lora_alpha=3, target_modules=EXPRESSION,
        rank_pattern={"q_proj": 3, "layers.1.mlp.down_proj": 4},
        alpha_pattern={r"layers\.0\..*": 5, "^model.layers.1.self_attn.v_proj": 7},
    ),
    "rslora_patterns": LoraConfig(
        r=2, lora_alpha=3, use_rslora=True, target_modules=["k_proj", "gate_proj"],
        rank_pattern={"k_proj": 4}, alpha_pattern={"gate_proj": 1},
    ),
    "layers": LoraConfig(r=2, lora_alpha=2, target_modules=["gate_proj", "up_proj"], layers_to_transform=[1]),
    "pissa": LoraConfig(r=3, lora_alpha=6, init_lora_weights="pissa", target_modules=["q_proj", "v_proj", "down_proj"]),
    "pissa_niter": LoraConfig(r=3, lora_alpha=3, init_lora_weights="pissa_niter_4", target_modules=["q_proj", "down_proj"]),
    "olora": LoraConfig(r=3, lora_alpha=4, init_lora_weights="olora", target_modules=["k_proj", "o_proj", "gate_proj"]),
    "vera": VeraConfig(r=5, target_modules=["q_proj", "v_proj", "down_proj"]),
    "vera_unsaved": VeraConfig(r=5, target_modules=["q_proj", "v_proj"], save_projection=False, projection_prng_key=7),
}
CONVERTED = ("pissa", "pissa_niter", "olora")


def base_model(weights=None):
    config = LlamaConfig(
        vocab_size=23, hidden_size=12, intermediate_size=20, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        head_dim=4, max_position_embeddings=64, rms_norm_eps=1e-5, rope_parameters={"rope_type": "default", "rope_theta": 100.0},
        tie_word_embeddings=True,
    )
    model = LlamaForCausalLM(config).eval()
    if weights is not None:
        model.load_state_dict(weights, strict=False)
        model.tie_weights()
    return model


def random_weights(generator):
    named = {name: p for name, p in base_model().named_parameters() if name != "lm_head.weight"}
    draw = lambda p, name: torch.randn(p.shape, generator=generator) * (0.1 if "norm" in name else 0.3)
    return {name: draw(p, name) + ("norm" in name) for name, p in named.items()}


def disturb(model, generator):
    """Adds noise to all trained values, as large as a training would never make it, so that every one matters."""
    with torch.no_grad():
        for _, parameter in sorted((n, p) for n, p in model.named_parameters() if p.requires_grad):
            parameter += torch.randn(parameter.shape, generator=generator) * 0.2


def logits(model):
    with torch.no_grad():
        values = model.eval()(input_ids=torch.tensor([IDS])).logits[0]
    return [[round(x, 6) for x in row] for row in values.tolist()]


def save(model, folder, **options):
    model.peft_config["default"].base_model_name_or_path = "tiny-random-llama"
    model.save_pretrained(folder, save_embedding_layers=False, **options)
    (folder / "README.md").unlink()


def main(out):
    generator = torch.Generator().manual_seed(20250)
    weights = random_weights(generator)
    save_file(weights, out / "model.safetensors", metadata={"format": "pt"})
    trained, cases = {}, {}
    for name, config in CASES.items():
        torch.manual_seed(1)
        model = get_peft_model(base_model(weights), config)
        with tempfile.TemporaryDirectory() as start:
            if name in CONVERTED:
                native = config.init_lora_weights
                config.init_lora_weights = True
                save(model, Path(start))
                config.init_lora_weights = native
            disturb(model, generator)
            trained[name] = logits(model)
            save(model, out / name)
            if name in CONVERTED:
                save(model, out / f"{name}_converted", path_initial_model_for_weight_conversion=start)
                trained[f"{name}_converted"] = trained[name]
    for name in trained:
        cases[name] = logits(PeftModel.from_pretrained(base_model(weights), out / name))
    golden = {
        "made_by": {
            "script": "tests/golden/peft_adapters.py", "torch": torch.__version__, "transformers": transformers.__version__,
            "peft": peft.__version__,
        },
        "ids": IDS,
        "base": logits(base_model(load_file(out / "model.safetensors"))),
        "cases": cases,
        "trained": trained,
    }
    with open(out / "logits.json", "w", encoding="utf-8") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")
    for name in cases:
        difference = (torch.tensor(cases[name]) - torch.tensor(trained[name])).abs().max().item()
        change = (torch.tensor(cases[name]) - torch.tensor(golden["base"])).abs().max().item()
        print(f"{name:22} read again: differs by {difference:.1e} from before saving, by {change:.1e} from the base")


main(Path(sys.argv[1]))
