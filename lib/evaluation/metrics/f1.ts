import { requirePairs } from "./require_pairs.ts";

/**
 * The harmonic mean of precision and recall of class 1, from 0 to 1; scikit-learn's `f1_score`. Where class 1 is neither
 * predicted nor gold it is 0, as there.
 *
 * @throws UsageError where there is not one prediction for each gold class, or none at all
 *
 * @example
 * ```ts
 * import { f1 } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.equal(f1([1, 1, 0, 0], [1, 0, 1, 0]), 0.5);
 * assert.equal(f1([0, 0], [0, 0]), 0);
 * ```
 */
export function f1(predictions: ArrayLike<number>, gold: ArrayLike<number>): number {
  requirePairs(predictions, gold);
  let both = 0;
  let either = 0; // those predicted and those gold, counted apart
  for (let i = 0; i < gold.length; i++) {
    both += Number(predictions[i] === 1 && gold[i] === 1);
    either += Number(predictions[i] === 1) + Number(gold[i] === 1);
  }
  return either === 0 ? 0 : 2 * both / either;
}
