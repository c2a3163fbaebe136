import { requirePairs } from "./require_pairs.ts";

/**
 * The share of predictions that equal the gold class, from 0 to 1; scikit-learn's `accuracy_score`.
 *
 * @throws UsageError where there is not one prediction for each gold class, or none at all
 *
 * @example
 * ```ts
 * import { accuracy } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.equal(accuracy([1, 0, 1, 1], [1, 0, 0, 1]), 0.75);
 * ```
 */
export function accuracy(predictions: ArrayLike<number>, gold: ArrayLike<number>): number {
  requirePairs(predictions, gold);
  let equal = 0;
  for (let i = 0; i < gold.length; i++) equal += Number(predictions[i] === gold[i]);
  return equal / gold.length;
}
