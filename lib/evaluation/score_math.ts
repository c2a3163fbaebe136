import { lastBoxed } from "../text/last_boxed.ts";
import { markedAnswer } from "./marked_answer.ts";
import { mathEquivalent } from "./math_equivalent.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Judges an answer to a question of MATH by the paper's rules.
 *
 * Of the output, the first line after the last exact `The answer is: ` counts, without spaces around it and without one
 * `.` at its end. It is right when {@linkcode mathEquivalent} to the content of the gold's last `\boxed{…}`.
 *
 * @param output what the model wrote
 * @param gold the data set's solution text; one without a `\boxed{…}` counts as a missing answer, shown as an empty one
 *
 * @example
 * ```ts
 * import { scoreMath } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const verdict = scoreMath("Half of it.\nThe answer is: $\\frac12$.", "It is $\\boxed{\\frac{1}{2}}$.");
 * assert.deepEqual(verdict, { extracted: "$\\frac12$", gold: "\\frac{1}{2}", correct: false });
 * assert.ok(scoreMath("The answer is: \\frac12.", "It is $\\boxed{\\frac{1}{2}}$.").correct);
 * ```
 */
export function scoreMath(output: string, gold: string): Verdict {
  const extracted = extract(output);
  const expected = lastBoxed(gold);
  return { extracted, gold: expected ?? "", correct: mathEquivalent(extracted, expected) };
}

function extract(output: string): string | null {
  const answer = markedAnswer(output);
  if (answer === null) return null;
  const line = answer.split("\n", 1)[0]!.trim();
  return line.endsWith(".") ? line.slice(0, -1).trim() : line;
}
