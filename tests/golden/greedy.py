"""200 greedy continuations of SmolLM2-135M-Instruct (Q4_1) by transformers, with the places where the choice was close.

Usage: python greedy.py MODEL_FOLDER GSM8K_TEST.jsonl OUT.json   (torch, transformers, gguf; the folder holds
SmolLM2-135M-Instruct.Q4_1.gguf; the data are GSM8K's test questions, https://github.com/openai/grade-school-math, MIT licence)

The weights are the file's own, expanded to float32 as transformers reads them. The prompts are of four kinds in turn: a question, its
beginning, the Alpaca prompt, the chat form. Each is continued alone, without padding.

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
COUNT, NEW_TOKENS, CLOSE = 200, 48, 1e-3
ALPACA = (
    "Below is an instruction that describes a task. Write a response that appropriately completes the request."
    "\n\n### Instruction:\n{}\n\n### Response:"
)
CHAT = "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n"


def prompt_of(i, question):
    words = question.split(" ")
    kinds = [question, " ".join(words[: 3 + i % 23]), ALPACA.format(question), CHAT.format(question)]
    return kinds[i % 4]


def continuation(model, tokens, eos):
    ids, close = [], []
    out = model(input_ids=torch.tensor([tokens]), use_cache=True)
    while True:
        top = torch.topk(out.logits[0, -1], 2)
        gap = (top.values[0] - top.values[1]).item()
        if gap < CLOSE:
            close.append([len(ids), round(gap, 7), top.indices[1].item()])
        ids.append(top.indices[0].item())
        if ids[-1] == eos or len(ids) == NEW_TOKENS:
            return ids, close
        out = model(input_ids=torch.tensor([ids[-1:]]), past_key_values=out.past_key_values, use_cache=True)


def main(folder, data, out):
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=FILE)
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
    ])
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=FILE, dtype=torch.float32).eval()
    with open(data, encoding="utf-8") as file:
        questions = [json.loads(next(file))["question"] for _ in range(COUNT)]

    prompts = []
    with torch.no_grad():
        for i, question in enumerate(questions):
            text = prompt_of(i, question)
            tokens = tokenizer(text, add_special_tokens=False)["input_ids"]
            ids, close = continuation(model, tokens, tokenizer.eos_token_id)
            if i < 4:  # the loop above is generate's
                mask = torch.ones(1, len(tokens), dtype=torch.long)
                given = torch.tensor([tokens])
                generated = model.generate(given, attention_mask=mask, max_new_tokens=NEW_TOKENS, do_sample=False)
                assert generated[0, len(tokens):].tolist() == ids
            prompts.append({"text": text, "tokens": len(tokens), "ids": ids, "close": close})
            print(f"{i + 1} of {COUNT}", file=sys.stderr)

    golden = {
        "made_by": {"script": "tests/golden/greedy.py", "torch": torch.__version__, "transformers": transformers.__version__},
        "new_tokens": NEW_TOKENS,
        "prompts": prompts,
    }
    with open(out, "w", encoding="utf-8") as file:
        json.dump(golden, file, ensure_ascii=True, separators=(",", ":"))
        file.write("\n")


main(*sys.argv[1:4])
