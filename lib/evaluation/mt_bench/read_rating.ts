/**
 * The rating, from 1 to 10, that a judge gives in double brackets, as in `Rating: [[7.5]]`; where there are none, in single
 * ones. The first counts. It is null where there is none, or it is off the scale: no rating is made up.
 *
 * Source: FastChat, `llm_judge/common.py`, which takes ratings off the scale as they are.
 *
 * @example
 * ```ts
 * import { readRating } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.equal(readRating("Correct but brief. Rating: [[7.5]]"), 7.5);
 * assert.equal(readRating("Rating: 7"), null);
 * ```
 */
export function readRating(judgement: string): number | null {
  const found = /\[\[(\d+\.?\d*)\]\]/.exec(judgement) ?? /\[(\d+\.?\d*)\]/.exec(judgement);
  const rating = found ? Number(found[1]) : NaN;
  return 1 <= rating && rating <= 10 ? rating : null;
}
