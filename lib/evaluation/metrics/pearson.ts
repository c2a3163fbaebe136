import { requirePairs } from "./require_pairs.ts";

/**
 * Pearson's correlation of predicted and gold numbers, from −1 to 1; SciPy's `pearsonr`. Where all predictions, or all gold
 * numbers, are the same it is not defined: NaN, as there.
 *
 * @throws UsageError where there is not one prediction for each gold number, or fewer than two
 *
 * @example
 * ```ts
 * import { pearson } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.equal(pearson([1, 2, 3], [10, 30, 50]), 1);
 * assert.ok(Number.isNaN(pearson([2, 2, 2], [10, 30, 50])));
 * ```
 */
export function pearson(predictions: ArrayLike<number>, gold: ArrayLike<number>): number {
  requirePairs(predictions, gold, 2);
  const [x, y] = [centred(predictions), centred(gold)];
  const cosine = product(x, y) / Math.sqrt(product(x, x) * product(y, y));
  return Math.max(-1, Math.min(1, cosine));
}

/** Numbers less their mean, with 1 the largest, so that squares neither vanish nor overflow; NaN where they are all the same. */
function centred(numbers: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(numbers);
  if (all.every((x) => x === all[0])) return all.fill(NaN);
  let sum = 0;
  for (const x of all) sum += x;
  const mean = sum / all.length;
  let largest = 0;
  for (const x of all) largest = Math.max(largest, Math.abs(x - mean));
  for (let i = 0; i < all.length; i++) all[i] = (all[i]! - mean) / largest;
  return all;
}

function product(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}
