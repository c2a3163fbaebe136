import { equivalentAnswers } from "./equivalent_answers.ts";
import { finalAnswer, firstNumber, lastNumber } from "./final_answer.ts";
import { scoreGsm8k } from "./score_gsm8k.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Judges an answer to a GSM8K question by its value: the first number of {@linkcode finalAnswer}, or else the last one of the
 * output, must equal the gold's, without rounding.
 *
 * @throws UsageError when the gold has no integer
 *
 * @example
 * ```ts
 * import { scoreGsm8kStrict } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.ok(scoreGsm8kStrict("She earns $1,234,567.", "#### 1,234,567").correct);
 * assert.ok(!scoreGsm8kStrict("The answer is: 71.5", "#### 72").correct);
 * ```
 */
export function scoreGsm8kStrict(output: string, gold: string): Verdict {
  const expected = scoreGsm8k("", gold).gold;
  const extracted = firstNumber(finalAnswer(output) ?? "") ?? lastNumber(output);
  return { extracted, gold: expected, correct: extracted !== null && equivalentAnswers(extracted, expected) };
}
