"""200 greedy continuations of SmolLM2-135M-Instruct (Q4_1) by transformers, with the places where the choice was close.

Usage: python greedy.py MODEL_FOLDER GSM8K_TEST.jsonl OUT.json   (torch, transformers, gguf; the folder holds
SmolLM2-135M-Instruct.Q4_1.gguf; the data are GSM8K's test questions, https://github.com/openai/grade-school-math, MIT licence)

The weights are the file's own, expanded to float32 as transformers reads them. The prompts are of four kinds in turn: a question, its
beginning, the Alpaca prompt, the chat form. `generate` continues them in batches of about equal length, padded on the left.

prompts[].text / tokens   the prompt and its length in tokens
prompts[].ids             the new tokens, up to and with an end-of-text token where there is one
prompts[].close           [place, gap, runner-up] where the likeliest token led by less than 0.001 in its logit
"""
import json
import sys

import torch
import transformers
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer

FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
COUNT, BATCH, NEW_TOKENS, CLOSE = 200, 20, 32, 1e-3
ALPACA = (
    "Below is an instruction that describes a task. Write a response that appropriately completes the request."
    "\n\n### Instruction:\n{}\n\n### Response:"
)
CHAT = "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n"


def prompt_of(i, question):
    words = question.split(" ")
    kinds = [question, " ".join(words[: 3 + i % 23]), ALPACA.format(question), CHAT.format(question)]
    return kinds[i % 4]


def continuations(model, rows, eos):
    """New tokens and close choices of each row, read together with padding on the left."""
    longest = max(map(len, rows))
    ids = torch.tensor([[eos] * (longest - len(row)) + row for row in rows])
    mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in rows])
    out = model.generate(
        ids, attention_mask=mask, max_new_tokens=NEW_TOKENS, do_sample=False, pad_token_id=eos,
        return_dict_in_generate=True, output_logits=True,
    )
    for row, new in enumerate(out.sequences[:, longest:].tolist()):
        new = new[: new.index(eos) + 1] if eos in new else new
        close = []
        for place in range(len(new)):
            top = torch.topk(out.logits[place][row], 2)
            gap = (top.values[0] - top.values[1]).item()
            if gap < CLOSE:
                close.append([place, round(gap, 7), top.indices[1].item()])
        yield new, close


def main(folder, data, out):
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=FILE)
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
    ])
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=FILE, dtype=torch.float32).eval()
    with open(data, encoding="utf-8") as file:
        questions = [json.loads(next(file))["question"] for _ in range(COUNT)]

    texts = [prompt_of(i, question) for i, question in enumerate(questions)]
    tokens = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts]
    order = sorted(range(COUNT), key=lambda i: len(tokens[i]))
    prompts = [None] * COUNT
    for start in range(0, COUNT, BATCH):
        chosen = order[start : start + BATCH]
        for i, (ids, close) in zip(chosen, continuations(model, [tokens[i] for i in chosen], tokenizer.eos_token_id)):
            prompts[i] = {"text": texts[i], "tokens": len(tokens[i]), "ids": ids, "close": close}
        print(f"{start + len(chosen)} of {COUNT}", file=sys.stderr)

    golden = {
        "made_by": {"script": "tests/golden/greedy.py", "torch": torch.__version__, "transformers": transformers.__version__},
        "new_tokens": NEW_TOKENS,
        "prompts": prompts,
    }
    with open(out, "w", encoding="utf-8") as file:
        json.dump(golden, file, ensure_ascii=True, separators=(",", ":"))
        file.write("\n")


main(*sys.argv[1:4])
