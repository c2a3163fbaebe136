import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { scoreMath } from "../../lib/evaluation/score_math.ts";
import { loadMath } from "../../lib/text/math.ts";

const DATA = process.env.NLORA_DATA ?? "";

const extract = (output: string) => scoreMath(output, "\\boxed{0}").extracted;

Deno.test("MATH: without the exact marker there is no answer", () => {
  for (const output of ["", "5", "The answer is 5", "The answer is:5", "the answer is: 5", "\\boxed{5}"]) {
    assert.deepEqual(
      scoreMath(output, "$\\boxed{5}$"),
      { extracted: null, gold: "5", correct: false },
      output,
    );
  }
});

Deno.test("MATH: the text after the last marker counts", () => {
  assert.equal(extract("The answer is: 1. The answer is: 2"), "2");
  assert.equal(extract("The answer is: 1\nThe answer is: "), "");
});

Deno.test("MATH: the first line counts, and it may be empty", () => {
  assert.equal(extract("The answer is: 5\nso 6"), "5");
  assert.equal(extract("The answer is: \n5"), "");
  assert.equal(extract("The answer is: 5\r\n6"), "5");
});

Deno.test("MATH: white space around it and one . at its end go", () => {
  assert.equal(extract("The answer is:   5 "), "5");
  assert.equal(extract("The answer is: 5."), "5");
  assert.equal(extract("The answer is: 5 . "), "5");
  assert.equal(extract("The answer is: 5.."), "5.");
  assert.equal(extract("The answer is: ."), "");
  assert.equal(extract("The answer is: 5.5"), "5.5");
});

Deno.test("MATH: the gold is the content of the last box, and one without a box is a missing answer", () => {
  assert.equal(scoreMath("", "\\boxed{1}, \\boxed{\\frac{1}{2}}").gold, "\\frac{1}{2}");
  const withoutBox = scoreMath("The answer is: 5", "five, \\boxed 5");
  assert.deepEqual(withoutBox, { extracted: "5", gold: "", correct: false });
  assert.ok(!scoreMath("The answer is: ", "five").correct);
  assert.ok(scoreMath("no answer", "no box").correct);
});

Deno.test("MATH: an answer is right when it is equivalent to the gold", () => {
  assert.ok(scoreMath("The answer is: $\\frac12$", "$\\boxed{$\\frac{1}{2}$}$").correct);
  assert.ok(scoreMath("The answer is: \\frac12.", "$\\boxed{\\frac{1}{2}}$").correct);
  assert.ok(!scoreMath("The answer is: $\\frac12$", "$\\boxed{\\frac{1}{2}}$").correct);
});

Deno.test({
  name:
    "MATH: all 5,000 test golds are right as their own answers, but the one that ends with a point (needs NLORA_DATA)",
  ignore: !existsSync(join(DATA, "math", "test.jsonl")),
  fn: async () => {
    const examples = await loadMath({ split: "test", data: DATA });
    assert.equal(examples.length, 5000);
    const wrong = examples.filter(({ response, gold }) => !scoreMath(response, gold).correct);
    assert.deepEqual(wrong.map(({ gold }) => scoreMath("", gold).gold), ["\\frac{7}{5} + \\frac{1}{5} i."]);
  },
});
