"""Tiny random decoders as transformers writes them, and what transformers and PEFT compute with them.

Usage: python make.py OUT   (torch, transformers, peft; OUT is tests/golden/decoders)

CASE/config.json, CASE/model.safetensors (or shards), CASE/tokenizer.json, …   the model, in the case's type of number
CASE/adapter/          LoRA of rank 2 on all linear maps, saved by PEFT after every value was drawn anew
CASE/expected.safetensors, in float32 with the weights as they were rounded for the file:
  ids.I                the sequences' ids as float32; the first PROMPT of each are the prompt, the others the response
  logits.I             logits of sequence I alone, without the adapter (tokens, vocabulary)
  adapted.I            the same with the adapter
  loss                 mean cross-entropy over all response tokens of the padded batch, with the adapter
  gradient.NAME.lora_A, …lora_B   its gradients
  text                 ids of TEXT, with what the tokenizer puts before it
"""
import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import AutoModelForCausalLM, GemmaConfig, LlamaConfig, MistralConfig, PreTrainedTokenizerFast, Qwen2Config

LENGTHS = (4, 9, 15)
PROMPT = 2
TEXT = "It’s 12 o’clock.\n"
VOCABULARY = 264
COMMON = dict(
    vocab_size=VOCABULARY, hidden_size=16, intermediate_size=20, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
    head_dim=8, max_position_embeddings=64, bos_token_id=1, eos_token_id=2, pad_token_id=2,
)
LLAMA3 = dict(
    rope_type="llama3", rope_theta=100.0, factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=40,
)
DEFAULT = dict(rope_type="default", rope_theta=100.0)
CASES = {
    "llama": (LlamaConfig(**COMMON, rope_parameters=DEFAULT, tie_word_embeddings=True), torch.float32, None),
    "llama3": (LlamaConfig(**COMMON, rope_parameters=LLAMA3, tie_word_embeddings=False), torch.bfloat16, None),
    "llama_linear": (
        LlamaConfig(**COMMON, rope_parameters=dict(rope_type="linear", rope_theta=100.0, factor=3.0), attention_bias=True, mlp_bias=True),
        torch.float16, None,
    ),
    "mistral": (MistralConfig(**COMMON, rope_parameters=DEFAULT, sliding_window=5), torch.bfloat16, None),
    "qwen2": (Qwen2Config(**COMMON, rope_parameters=DEFAULT, tie_word_embeddings=True), torch.bfloat16, "8KB"),
    "gemma": (GemmaConfig(**{**COMMON, "num_key_value_heads": 1}, rope_parameters=DEFAULT), torch.float32, None),
}
BEGINS = ("llama3", "llama_linear", "mistral", "gemma")


def tokenizer(begins):
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: i for i, token in enumerate(["<pad>", "<s>", "</s>", *alphabet])}
    backend = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    if begins:
        backend.post_processor = processors.TemplateProcessing(
            single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)],
        )
    return PreTrainedTokenizerFast(tokenizer_object=backend, bos_token="<s>", eos_token="</s>", pad_token="<pad>")


def randomize(model, gemma, generator):
    for name, parameter in sorted(model.named_parameters()):
        centre = 1.0 if "norm" in name and not gemma else 0.0
        deviation = 0.1 if "norm" in name else 0.3
        parameter.data = centre + torch.randn(parameter.shape, generator=generator) * deviation


def logits(model, sequences):
    with torch.no_grad():
        return [model(input_ids=ids[None]).logits[0].clone() for ids in sequences]


def batch_loss(model, sequences):
    """Mean over the response tokens of all sequences, padded on the right to one length."""
    longest = max(LENGTHS)
    ids = torch.stack([torch.nn.functional.pad(s, (0, longest - len(s))) for s in sequences])
    mask = torch.stack([(torch.arange(longest) < len(s)).long() for s in sequences])
    labels = ids.masked_fill(mask == 0, -100)
    labels[:, :PROMPT] = -100
    predicted = model(input_ids=ids, attention_mask=mask).logits[:, :-1]
    return torch.nn.functional.cross_entropy(predicted.reshape(-1, VOCABULARY), labels[:, 1:].reshape(-1))


def make(name, config, dtype, shards, out):
    generator = torch.Generator().manual_seed(7)
    folder = out / name
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32, attn_implementation="eager").eval()
    randomize(model, name == "gemma", generator)
    model.generation_config.pad_token_id = None
    model.to(dtype).save_pretrained(folder, **({"max_shard_size": shards} if shards else {}))
    (folder / "generation_config.json").unlink()
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    tokens = tokenizer(name in BEGINS)
    tokens.save_pretrained(folder)

    sequences = [torch.randint(3, VOCABULARY, (length,), generator=generator) for length in LENGTHS]
    expected = {f"logits.{i}": values for i, values in enumerate(logits(model, sequences))}
    expected |= {f"ids.{i}": ids.float() for i, ids in enumerate(sequences)}
    expected["text"] = torch.tensor(tokens(TEXT)["input_ids"]).float()
    adapted = get_peft_model(model, LoraConfig(r=2, lora_alpha=3, target_modules="all-linear", task_type="CAUSAL_LM")).eval()
    factors = {n: p for n, p in sorted(adapted.named_parameters()) if p.requires_grad}
    for parameter in factors.values():
        parameter.data = torch.randn(parameter.shape, generator=generator) * 0.3
    adapted.peft_config["default"].base_model_name_or_path = f"tiny-random-{name}"
    adapted.save_pretrained(folder / "adapter", save_embedding_layers=False)
    (folder / "adapter" / "README.md").unlink()
    expected |= {f"adapted.{i}": values for i, values in enumerate(logits(adapted, sequences))}
    loss = batch_loss(adapted, sequences)
    loss.backward()
    expected["loss"] = loss.detach()[None]
    for key, parameter in factors.items():
        short = key.removeprefix("base_model.model.").replace(".default.weight", "")
        expected[f"gradient.{short}"] = parameter.grad
    save_file({k: v.contiguous().float() for k, v in expected.items()}, folder / "expected.safetensors")
    print(name, len(factors), "factors, loss", loss.item())


for name, (config, dtype, shards) in CASES.items():
    make(name, config, dtype, shards, Path(sys.argv[1]))
