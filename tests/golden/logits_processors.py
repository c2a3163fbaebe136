"""What transformers' logits processors make of scores.

Usage: python logits_processors.py OUT.json   (torch, transformers)

scores      logits of one sequence, rounded to multiples of 1/64, so that some are equal
seen        ids of the prompt and of what followed, some more than once
cases[]     the processors with their settings, in the order in which GenerationMixin applies them, and what they give; null for −∞
"""
import json
import sys

import torch
import transformers
from transformers import (
    LogitsProcessorList,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

MAKERS = {
    "repetitionPenalty": RepetitionPenaltyLogitsProcessor,
    "temperature": TemperatureLogitsWarper,
    "topK": TopKLogitsWarper,
    "topP": TopPLogitsWarper,
}
CASES = [
    {"repetitionPenalty": 1.3},
    {"repetitionPenalty": 0.8},
    {"temperature": 0.7},
    {"temperature": 1.9},
    *({"topK": k} for k in (1, 2, 5, 20, 63, 64, 100)),
    *({"topP": p} for p in (0.001, 0.1, 0.5, 0.9, 0.99, 0.999)),
    {"topK": 10, "topP": 0.6},
    {"temperature": 1.5, "topP": 0.8},
    {"repetitionPenalty": 1.2, "temperature": 0.6, "topK": 12, "topP": 0.9},
    {"repetitionPenalty": 2.5, "temperature": 3.0, "topK": 40, "topP": 0.95},
]


def main(out):
    generator = torch.Generator().manual_seed(0)
    scores = torch.round(torch.randn(1, 64, generator=generator) * 3 * 64) / 64
    scores[0, 17] = scores[0, 40] = scores[0].topk(5).values[-1]  # ties at a border
    seen = torch.randint(0, 64, (1, 20), generator=generator)
    seen[0, 0] = seen[0, 1] = scores[0].argmax()
    cases = []
    for settings in CASES:
        processors = LogitsProcessorList([MAKERS[name](value) for name, value in settings.items()])
        result = processors(seen, scores.clone())[0].tolist()
        cases.append({"settings": settings, "result": [None if x == float("-inf") else x for x in result]})
    golden = {
        "made_by": {
            "script": "tests/golden/logits_processors.py",
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        },
        "scores": scores[0].tolist(),
        "seen": seen[0].tolist(),
        "cases": cases,
    }
    with open(out, "w", encoding="utf-8") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")


main(sys.argv[1])
