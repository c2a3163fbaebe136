import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { equivalentAnswers } from "../../lib/evaluation/equivalent_answers.ts";
import { mathEquivalent } from "../../lib/evaluation/math_equivalent.ts";
import { scoreMathStrict } from "../../lib/evaluation/score_math_strict.ts";
import { loadMath } from "../../lib/text/math.ts";

const DATA = process.env.NLORA_DATA ?? "";

Deno.test("MATH, strictly: the value counts, wherever the answer stands", () => {
  const gold = "It is $\\boxed{\\frac{1}{2}}$.";
  for (const output of ["The answer is: 0.5", "So $\\boxed{.50}$.", "the answer is $1/2$.", "It is 0.5"]) {
    assert.ok(scoreMathStrict(output, gold).correct, output);
  }
  for (const output of ["", "The answer is: 2", "none"]) {
    assert.ok(!scoreMathStrict(output, gold).correct, output);
  }
});

Deno.test("MATH, strictly: a missing gold is never met", () => {
  assert.deepEqual(scoreMathStrict("no answer", "no box"), { extracted: null, gold: "", correct: false });
});

/** Other ways to write an answer, of the same value where they apply. */
const respellings: { readonly [way: string]: (answer: string) => string } = {
  "as a decimal": (answer) => answer.replace(/^\\frac\{(\d+)\}\{(2|4|5|8|10)\}$/, (_, a, b) => `${a / b}`),
  "a decimal place more": (answer) => answer.replace(/^-?\d+$/, "$&.0"),
  "in dollar signs": (answer) => `$${answer}$`,
  "a space after the root": (answer) => answer.replaceAll("\\sqrt{", "\\sqrt {"),
};

Deno.test({
  name:
    "MATH: all 5,000 golds and what is written otherwise are equal by value, and not by the rules (needs NLORA_DATA)",
  ignore: !existsSync(join(DATA, "math", "test.jsonl")),
  fn: async () => {
    const examples = await loadMath({ split: "test", data: DATA });
    const golds = examples.map(({ gold }) => scoreMathStrict("", gold).gold);
    assert.deepEqual(examples.filter(({ response, gold }) => !scoreMathStrict(response, gold).correct), []);
    for (const [way, respell] of Object.entries(respellings)) {
      const pairs = golds.map((gold) => [gold, respell(gold)] as const).filter(([a, b]) => a !== b);
      const [byRules, byValue] = [mathEquivalent, equivalentAnswers].map((equal) =>
        pairs.filter(([a, b]) => equal(a, b)).length
      ) as [number, number];
      console.log(`${way}: ${pairs.length} golds; equal by the rules ${byRules}, by value ${byValue}`);
      assert.equal(byValue, pairs.length, way);
      assert.ok(byRules < pairs.length, way);
    }
  },
});
