"""Writes golden.json: pairs of strings like MATH's answers, and what lm-eval 0.4.13 makes of them: [a, b, a normalized, b
normalized (null where a rule fails), whether they are equal].

lm-eval's task "hendrycks_math" holds the rules that the paper's evaluator has too. Run it with nothing but that package:

    pip install --no-deps lm-eval==0.4.13
    python make.py [PAIRS [FILE]]
"""

import contextlib
import importlib.util
import io
import json
import random
import runpy
import sys
import types
from pathlib import Path

sys.modules["datasets"] = types.SimpleNamespace(Dataset=object)  # the rules' file annotates with it and calls none of it
package = Path(importlib.util.find_spec("lm_eval").origin).parent
rules = runpy.run_path(str(package / "tasks" / "hendrycks_math" / "utils.py"))
is_equiv, strip_string = rules["is_equiv"], rules["strip_string"]

PIECES = (
    "0 1 2 3 12 -1 x y z n \\pi = = / / , + - ( ) [ ] { } . . .5 0.5 % \\% \\$ $ \\! \\, \\\\ \n \\frac \\frac \\dfrac \\tfrac"
    " \\sqrt \\sqrt {3} {12} {1}{2} \\left( \\right) \\left \\right ^{\\circ} ^\\circ ^ \\circ \\text{ \\text{even} cm} é 𝑥"
).split(" ") + [" ", " ", "\\text{ cm}", " .5", "1/2", "-3/4", "01/2", "\\sqrt 3", "\\frac12", "\\frac{1}{2}"]
RESPELLINGS = [
    ("\\frac{1}{2}", "\\frac12"), ("\\frac", "\\dfrac"), ("\\sqrt{3}", "\\sqrt3"), ("(", "\\left("), ("1/2", "\\frac{1}{2}"),
    ("0.", " ."), ("%", "\\%"), ("x", "y"), (" ", ""), ("\\text{ cm}", ""), ("=", " = "), ("1", "1 "), ("0.5", ".5"),
]


def normalized(text):
    try:
        return strip_string(text)
    except Exception:
        return None


def string_like_an_answer(rng):
    return "".join(rng.choices(PIECES, k=rng.choice([1, 2, 2, 3, 3, 4, 5, 6])))


def respelt(rng, text):
    for old, new in rng.sample(RESPELLINGS, 4):
        old, new = rng.choice([(old, new), (new, old)])
        text = text.replace(old, new) if old else text + new
    return text


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rng = random.Random(0)
    rows = []
    with contextlib.redirect_stdout(io.StringIO()):
        for _ in range(count):
            a = string_like_an_answer(rng)
            b = rng.choice([respelt(rng, a), respelt(rng, a), string_like_an_answer(rng)])
            rows.append([a, b, normalized(a), normalized(b), is_equiv(a, b)])
    path = Path(__file__).with_name("golden.json") if len(sys.argv) < 3 else Path(sys.argv[2])
    path.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n", "utf8")
    equal = sum(row[4] for row in rows)
    print(f"{path}: {count} pairs, {equal} equal, {sum(row[2] is None for row in rows)} with a rule that fails")


main()
