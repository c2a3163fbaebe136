"""Writes tests/golden/minilm.json: token ids and sentence embeddings of all-MiniLM-L6-v2 by transformers, pooled as
sentence-transformers does. Run it with the model's folder (torch, transformers); the output is committed."""

import json
import sys
from pathlib import Path

import torch
import transformers

sentences = [
    "This is an example sentence.",
    "Each sentence is converted.",
    "A man is eating food.",
    "A man is eating a piece of bread.",
    "The girl is carrying a baby.",
    "A cheetah is running behind its prey.",
    "",
    "x",
    "Nyström approximation of a low-rank matrix, with 128 landmarks!",
    "Ärger über naïve Café-Besucher – ça va?",
    "東京は日本の首都です。",
    "Москва — столица России.",
    "😀 emoji and tabs\tand\nnewlines",
    "The quick brown fox jumps over the lazy dog. " * 12,
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "E = mc^2 and a² + b² = c²",
    "don't can't won't it's I'm you're",
    "[CLS] special tokens [SEP] in the text [MASK]",
    "UPPER lower MiXeD 12,345.67 $99 50%",
    " ".join(f"word{i}" for i in range(400)),
]
folder = sys.argv[1]
tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
model = transformers.AutoModel.from_pretrained(folder).eval()
batch = tokenizer(sentences, padding=True, truncation=True, max_length=256, return_tensors="pt")
with torch.no_grad():
    hidden = model(**batch).last_hidden_state
mask = batch["attention_mask"].unsqueeze(-1).float()
embeddings = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9), dim=1)
ids = [row[: int(m.sum())].tolist() for row, m in zip(batch["input_ids"], batch["attention_mask"])]
examples = [
    dict(text=text, ids=row, embedding=[float(f"{x:.7g}") for x in embedding])
    for text, row, embedding in zip(sentences, ids, embeddings.tolist())
]
out = Path(__file__).parent / "minilm.json"
out.write_text(json.dumps(dict(transformers=transformers.__version__, length=256, examples=examples), ensure_ascii=False) + "\n")
