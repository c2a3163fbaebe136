"""Writes tests/golden/encoders/{bert,roberta,vit}: tiny random models, adapters as PEFT saves them, and what transformers makes
of them. Run it with torch, transformers and peft; the outputs are committed."""

import json
import sys
from pathlib import Path

import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file

out = Path(__file__).parent / "encoders"
shape = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4)
text = dict(vocab_size=40, max_position_embeddings=24, initializer_range=0.3)
batches = [
    dict(lengths=[7, 3, 5], targets=[2, 0, 1]),
    dict(lengths=[4, 4], targets=[1, 2]),
    dict(lengths=[1, 16], targets=[0, 2]),
]


def text_batch(lengths, targets, types, padding):
    n = max(lengths)
    ids = torch.randint(3, text["vocab_size"], (len(lengths), n))
    mask = torch.tensor([[int(i < length) for i in range(n)] for length in lengths])
    kinds = torch.tensor([[int(i >= length // 2) for i in range(n)] for length in lengths]) % types
    ids = ids * mask + padding * (1 - mask)
    return dict(input_ids=ids, attention_mask=mask, token_type_ids=kinds * mask), targets


def disturb(model):
    """Norms and biases away from 1 and 0, so that an error in them shows."""
    for name, parameter in model.named_parameters():
        if parameter.dim() == 1:
            parameter.data += 0.2 * torch.randn_like(parameter)


def write(name, model, inputs, given, loss_of, adapted):
    folder = out / name
    model.eval()
    disturb(model)
    model.save_pretrained(folder)
    with torch.no_grad():
        plain = [model(**batch).logits.tolist() for batch, _ in inputs]
    peft = get_peft_model(
        model, LoraConfig(task_type="SEQ_CLS", r=2, lora_alpha=3, target_modules=adapted, modules_to_save=["classifier"])
    ).eval()
    for parameter_name, parameter in peft.named_parameters():
        if parameter.requires_grad:
            parameter.data += 0.3 * torch.randn_like(parameter)
    peft.save_pretrained(folder / "adapter")
    (folder / "adapter" / "README.md").unlink()
    gradients, results = {}, []
    for i, (batch, targets) in enumerate(inputs):
        peft.zero_grad()
        output = peft(**batch)
        loss = loss_of(output.logits, targets)
        loss.backward()
        with torch.no_grad():
            hidden = getattr(model, name)(**batch).last_hidden_state
        results.append(
            dict(**given(batch), targets=targets, plain=plain[i], logits=output.logits.tolist(), loss=loss.item(), hidden=hidden.tolist())
        )
        for parameter_name, parameter in peft.named_parameters():
            if parameter.requires_grad:
                gradients[f"{i}.{parameter_name.replace('base_model.model.', '').replace('.default', '')}"] = parameter.grad.clone()
    save_file(gradients, folder / "gradients.safetensors")
    (folder / "golden.json").write_text(json.dumps(dict(transformers=transformers.__version__, batches=results)))


def cross_entropy(logits, targets):
    return torch.nn.functional.cross_entropy(logits, torch.tensor(targets))


def squared_error(logits, targets):
    return torch.nn.functional.mse_loss(logits.squeeze(-1), torch.tensor(targets, dtype=torch.float32))


def given_text(batch):
    return dict(ids=batch["input_ids"].tolist(), types=batch["token_type_ids"].tolist(), lengths=batch["attention_mask"].sum(1).tolist())


torch.manual_seed(1)
maps = ["query", "key", "value", "dense"]
bert = transformers.BertForSequenceClassification(transformers.BertConfig(**shape, **text, num_labels=3))
write("bert", bert, [text_batch(**b, types=2, padding=0) for b in batches], given_text, cross_entropy, maps)

roberta_config = transformers.RobertaConfig(**shape, **text, num_labels=1, type_vocab_size=1, pad_token_id=1, hidden_act="gelu_new")
roberta = transformers.RobertaForSequenceClassification(roberta_config)
roberta_maps = r".*encoder\.layer.*\.(query|key|value|dense)"
numbers = [dict(lengths=b["lengths"], targets=[t * 1.5 - 1 for t in b["targets"]]) for b in batches]
write("roberta", roberta, [text_batch(**b, types=1, padding=1) for b in numbers], given_text, squared_error, roberta_maps)

vit_config = transformers.ViTConfig(**shape, image_size=[8, 12], patch_size=4, num_channels=3, num_labels=3, initializer_range=0.3)
vit = transformers.ViTForImageClassification(vit_config)
pictures = [dict(pixel_values=torch.rand(len(b["targets"]), 3, 8, 12) * 2 - 1) for b in batches]
write(
    "vit",
    vit,
    [(picture, b["targets"]) for picture, b in zip(pictures, batches)],
    lambda batch: dict(pixels=batch["pixel_values"].permute(0, 2, 3, 1).tolist()),
    cross_entropy,
    "all-linear",
)
