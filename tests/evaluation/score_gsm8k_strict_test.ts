import assert from "node:assert/strict";
import { scoreGsm8kStrict } from "../../lib/evaluation/score_gsm8k_strict.ts";
import { UsageError } from "../../lib/usage_error.ts";

const right = (output: string, gold: string) => scoreGsm8kStrict(output, `#### ${gold}`).correct;

Deno.test("GSM8K, strictly: the number counts wherever it stands", () => {
  for (
    const output of ["The answer is: 72", "So 72.", "\\boxed{72}", "the answer is $72.00", "3 * 24 = 72 eggs"]
  ) {
    assert.ok(right(output, "72"), output);
  }
  assert.ok(right("The answer is: 1,234,567", "1,234,567"));
  assert.ok(right("The answer is: 144/2", "72"));
  assert.ok(right("The answer is: x = 5", "5"));
});

Deno.test("GSM8K, strictly: nothing is rounded, and nothing is wrong", () => {
  for (const output of ["The answer is: 71.5", "The answer is: 7/0", "72 or 73", "", "many"]) {
    assert.ok(!right(output, "72"), output);
  }
});

Deno.test("GSM8K, strictly: a gold without an integer is refused", () => {
  assert.throws(() => scoreGsm8kStrict("5", "five"), UsageError);
});
