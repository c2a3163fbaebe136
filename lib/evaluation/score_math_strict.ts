import { lastBoxed } from "../text/last_boxed.ts";
import { equivalentAnswers } from "./equivalent_answers.ts";
import { finalAnswer } from "./final_answer.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Judges an answer to a question of MATH by its value: {@linkcode finalAnswer} of the output and the content of the gold's last
 * box are compared by {@linkcode equivalentAnswers}. A missing answer is wrong.
 *
 * @example
 * ```ts
 * import { scoreMathStrict } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.ok(scoreMathStrict("So it is $\\boxed{0.50}$.", "It is $\\boxed{\\frac{1}{2}}$.").correct);
 * ```
 */
export function scoreMathStrict(output: string, gold: string): Verdict {
  const extracted = finalAnswer(output);
  const expected = lastBoxed(gold);
  const correct = extracted !== null && expected !== null && equivalentAnswers(extracted, expected);
  return { extracted, gold: expected ?? "", correct };
}
