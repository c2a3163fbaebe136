import { UsageError } from "../usage_error.ts";
import { markedAnswer } from "./marked_answer.ts";
import { nearestQuotient } from "./nearest_quotient.ts";
import type { Verdict } from "./verdict.ts";

const GOLD_MARKER = "#### ";
/** Digits that the evaluator's Python still reads as an integer. */
const LONGEST_INTEGER = 4300;

/**
 * Judges an answer to a GSM8K question by the paper's rules, which are those of MetaMath's evaluator.
 *
 * Of the output, the text after the last exact `The answer is: ` counts, and in it the first match of an optional sign,
 * digits, at most one of `.` `,` `/`, digits. A fraction is evaluated (over exactly `0` it gives its numerator), commas
 * are dropped, and the number is rounded half to even. No marker, no number, or an infinite one is wrong.
 *
 * @param output what the model wrote
 * @param gold the data set's answer text; the integer after `#### ` counts
 * @throws UsageError when the gold has no such integer
 *
 * @example
 * ```ts
 * import { scoreGsm8k } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const verdict = scoreGsm8k("3 * 24 = 72.\nThe answer is: 72\n", "24 times 3 is <<24*3=72>>72.\n#### 72");
 * assert.deepEqual(verdict, { extracted: "72", gold: "72", correct: true });
 * ```
 */
export function scoreGsm8k(output: string, gold: string): Verdict {
  const expected = goldInteger(gold);
  const extracted = extract(output);
  return {
    extracted: extracted === null ? null : String(extracted),
    gold: String(expected),
    // The evaluator compares as 64-bit floats, so that huge numbers are equal when they share one.
    correct: extracted !== null && Number(extracted) === Number(expected),
  };
}

function extract(output: string): bigint | null {
  const match = /[-+]?\d*[.,/]?\d+/.exec(markedAnswer(output) ?? "")?.[0];
  if (match === undefined) return null;
  const [number, denominator] = match.split("/") as [string, string?];
  const value = denominator === undefined
    ? Number(number.replaceAll(",", ""))
    : fraction(number, denominator);
  return Number.isFinite(value) ? roundHalfToEven(value) : null;
}

/** The value of a fraction; not a number where the evaluator fails. */
function fraction(numerator: string, denominator: string): number {
  if (!/\d/.test(numerator)) return NaN;
  if (denominator === "0") return Number(numerator);
  if (!/[1-9]/.test(denominator)) return NaN;
  if (Math.max(numerator.length, denominator.length) > LONGEST_INTEGER) return NaN;
  return nearestQuotient(BigInt(numerator.replace("+", "")), BigInt(denominator));
}

function roundHalfToEven(value: number): bigint {
  const down = Math.floor(value);
  const rest = value - down;
  return BigInt(rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down);
}

function goldInteger(gold: string): bigint {
  const text = gold.split(GOLD_MARKER)[1]?.replaceAll(",", "").trim();
  if (text === undefined || !/^[-+]?\d+$/.test(text)) {
    throw new UsageError(
      `the gold answer ${JSON.stringify(gold.slice(-60))} has no integer after "${GOLD_MARKER}"; ` +
        `give GSM8K's answer text, such as "…\\n#### 72"`,
    );
  }
  return BigInt(text.replace("+", ""));
}
