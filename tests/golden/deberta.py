"""Writes tests/golden/encoders/{deberta,deberta_regression} and tests/golden/deberta_buckets.json: tiny random models with their
tokenizer, adapters as PEFT saves them, what transformers makes of texts, and the bucket of each distance from 699 down to -700 by
"position_buckets,max_position". Run it with torch, transformers and peft; the outputs are committed."""

import json
from pathlib import Path

import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import DebertaV2Config, DebertaV2ForSequenceClassification, DebertaV2Tokenizer
from transformers.models.deberta_v2.modeling_deberta_v2 import make_log_bucket_position

here = Path(__file__).parent
specials = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"]
pieces = [(token, 0.0) for token in specials] + [("▁", -2.0)] + [(letter, -3.0) for letter in "abcdefghijklmnopqrstuvwxyz"]
shape = dict(
    vocab_size=len(pieces), hidden_size=12, num_attention_heads=2, intermediate_size=20, relative_attention=True, pos_att_type="p2c|c2p",
    share_att_key=True, position_biased_input=False, type_vocab_size=0, max_position_embeddings=16,
)
cases = {
    # distances from 4 on share rows, and those from 15 on share the last
    "deberta": dict(num_labels=3, num_hidden_layers=2, position_buckets=8, max_relative_positions=-1, norm_rel_ebd="layer_norm"),
    # every distance up to 6 has a row of its own
    "deberta_regression": dict(num_labels=1, num_hidden_layers=1, max_relative_positions=6),
}
texts = [
    [("abc", "d"), ("e fg", None)],
    [("the quick brown fox jumps over", None), ("a lazy dog", "sleeps")],
    [("", None)],
]


def random_model(overrides):
    model = DebertaV2ForSequenceClassification._from_config(DebertaV2Config(**shape, **overrides), attn_implementation="eager").eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            norm = "LayerNorm.weight" in name
            parameter.copy_(torch.randn(parameter.shape) * (0.1 if norm else 0.4) + norm)
    return model


def write_case(name, overrides):
    folder = here / "encoders" / name
    model = random_model(overrides)
    model.save_pretrained(folder)
    tokenizer = DebertaV2Tokenizer(vocab=pieces)
    tokenizer.save_pretrained(folder)
    batches = [tokenizer.pad([tokenizer(a, b) for a, b in rows], return_tensors="pt") for rows in texts]
    draw = (lambda n: torch.randint(0, overrides["num_labels"], (n,))) if overrides["num_labels"] > 1 else torch.randn
    targets = [draw(len(rows)) for rows in texts]
    with torch.no_grad():
        plain = [model(**batch).logits.tolist() for batch in batches]
    peft = get_peft_model(model, LoraConfig(task_type="SEQ_CLS", r=2, lora_alpha=3, target_modules="all-linear")).eval()
    trained = {n: p for n, p in peft.named_parameters() if p.requires_grad}
    with torch.no_grad():
        for parameter in trained.values():
            parameter += torch.randn(parameter.shape) * 0.2
    peft.save_pretrained(folder / "adapter")
    (folder / "adapter" / "README.md").unlink()
    gradients, results = {}, []
    for i, batch in enumerate(batches):
        peft.zero_grad()
        output = peft(**batch, labels=targets[i], output_hidden_states=True)
        output.loss.backward()
        gradients |= {f"{i}.{n.replace('base_model.model.', '').replace('.default', '')}": p.grad.clone() for n, p in trained.items()}
        with torch.no_grad():
            logits = peft(**batch).logits.tolist()
        results.append(dict(
            texts=texts[i], ids=batch["input_ids"].tolist(), lengths=batch["attention_mask"].sum(1).tolist(), targets=targets[i].tolist(),
            plain=plain[i], logits=logits, loss=output.loss.item(), hidden=output.hidden_states[-1].tolist(),
        ))
    save_file(gradients, folder / "gradients.safetensors")
    write(folder / "golden.json", dict(transformers=transformers.__version__, batches=results))


def write(path, value):
    path.write_text(json.dumps(value, separators=(",", ":")) + "\n", encoding="utf-8")


torch.manual_seed(20211)
for case, overrides in cases.items():
    write_case(case, overrides)
distances = torch.arange(699, -701, -1)
shapes = [(256, 512), (8, 16), (7, 40)]
buckets = {f"{count},{most}": make_log_bucket_position(distances, count, most).long().tolist() for count, most in shapes}
write(here / "deberta_buckets.json", buckets)
