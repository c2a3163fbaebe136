"""Golden values of SmolLM2-135M-Instruct (Q4_1) from transformers.

Usage: python smollm2.py MODEL_FOLDER OUT.json   (torch, transformers, gguf; the folder holds SmolLM2-135M-Instruct.Q4_1.gguf)

tokenizer.strings / ids      ids with the pre-tokenizer that the file names ("smollm": single digits, then GPT-2's words), the model's own
tokenizer.gpt2_ids           ids as transformers' GGUF reader gives them: it ignores the file's pre-tokenizer and takes "gpt-2"; null where equal
prompts[]                    ids; fp32 logits after three positions (top 20 and 64 fixed vocabulary indices); 24 greedy tokens
loss                         mean cross-entropy over the response tokens of one example, in nats
"""
import json
import sys

import torch
import transformers
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer

from odd_strings import odd_strings

FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
ALPACA = (
    "Below is an instruction that describes a task. Write a response that appropriately completes the request."
    "\n\n### Instruction:\n{}\n\n### Response:"
)
PROMPTS = [
    "The capital of France is",
    "Once upon a time, there was a small robot who",
    "def fibonacci(n):\n    ",
    "<|im_start|>user\nName three colours.<|im_end|>\n<|im_start|>assistant\n",
    "2 + 2 = 4, 3 + 5 = 8, 6 + 1 =",
    "Wasser kocht bei 100 Grad, und Eis",
    ALPACA.format(
        "Mia bakes 4 trays of 12 muffins. She gives 15 muffins to her neighbours and sells the rest for $2 each. "
        "How many dollars does she earn?"
    ),
    "A long list of words, to have a longer context: " + ", ".join(f"item {i}" for i in range(40)) + ", item",
]
QUESTION = "A shelf holds 6 rows of 9 books. If 17 books are lent out, how many books are left on the shelf?"
RESPONSE = "The shelf holds 6*9 = 54 books.\nAfter lending there are 54-17 = 37 books.\n#### 37\nThe answer is: 37\n"


def logits_at(logits, position, vocabulary):
    row = logits[position]
    top = torch.topk(row, 20)
    return {
        "position": position,
        "top_ids": top.indices.tolist(),
        "top": [round(x, 5) for x in top.values.tolist()],
        "at_vocabulary": [round(x, 5) for x in row[vocabulary].tolist()],
    }


def main(folder, out):
    torch.manual_seed(0)
    gguf_tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=FILE)
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=FILE)
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
    ])
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=FILE, dtype=torch.float32).eval()

    encode = lambda text, tok=tokenizer: tok(text, add_special_tokens=False)["input_ids"]
    strings = odd_strings(400)
    ids = [encode(s) for s in strings]
    gpt2_ids = [encode(s, gguf_tokenizer) for s in strings]
    vocabulary = sorted(torch.randperm(model.config.vocab_size, generator=torch.Generator().manual_seed(1))[:64].tolist())

    prompts = []
    with torch.no_grad():
        for text in PROMPTS:
            tokens = encode(text)
            logits = model(input_ids=torch.tensor([tokens])).logits[0]
            n = len(tokens)
            positions = sorted({n // 3, 2 * n // 3, n - 1})
            greedy = model.generate(
                torch.tensor([tokens]), attention_mask=torch.ones(1, n, dtype=torch.long), max_new_tokens=24, do_sample=False
            )[0][n:].tolist()
            prompts.append({
                "text": text,
                "ids": tokens,
                "logits": [logits_at(logits, p, vocabulary) for p in positions],
                "greedy_ids": greedy,
                "greedy_text": tokenizer.decode(greedy, skip_special_tokens=True),
            })
        question_ids, response_ids = encode(ALPACA.format(QUESTION)), encode(RESPONSE)
        loss = model(
            input_ids=torch.tensor([question_ids + response_ids]),
            labels=torch.tensor([[-100] * len(question_ids) + response_ids]),
        ).loss.item()

    golden = {
        "made_by": {"script": "tests/golden/smollm2.py", "torch": torch.__version__, "transformers": transformers.__version__},
        "tokenizer": {
            "strings": strings,
            "ids": ids,
            "gpt2_ids": [b if a != b else None for a, b in zip(ids, gpt2_ids)],
            "decoded": [tokenizer.decode(i, skip_special_tokens=True) for i in ids],
        },
        "vocabulary": vocabulary,
        "prompts": prompts,
        "loss": {
            "prompt": ALPACA.format(QUESTION), "response": RESPONSE,
            "prompt_ids": question_ids, "response_ids": response_ids, "loss": round(loss, 6),
        },
    }
    with open(out, "w", encoding="utf-8") as file:
        json.dump(golden, file, ensure_ascii=True, separators=(",", ":"))
        file.write("\n")


main(*sys.argv[1:3])
