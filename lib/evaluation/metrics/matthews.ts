import { requirePairs } from "./require_pairs.ts";

/**
 * Matthews' correlation of predicted and gold classes (Matthews 1975), from −1 to 1, for any number of classes by Gorodkin's form
 * (2004); scikit-learn's `matthews_corrcoef`. Where all predictions, or all gold classes, are the same it is 0, as there.
 *
 * @throws UsageError where there is not one prediction for each gold class, or none at all
 *
 * @example
 * ```ts
 * import { matthews } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.equal(matthews([1, 0, 1, 0], [1, 0, 1, 0]), 1);
 * assert.equal(matthews([1, 1, 1, 1], [1, 0, 1, 0]), 0);
 * ```
 */
export function matthews(predictions: ArrayLike<number>, gold: ArrayLike<number>): number {
  requirePairs(predictions, gold);
  const n = gold.length;
  const [predicted, actual] = [countsOf(predictions), countsOf(gold)];
  let correct = 0;
  for (let i = 0; i < n; i++) correct += Number(predictions[i] === gold[i]);
  const chance = (a: Counts, b: Counts) =>
    [...a].reduce((sum, [k, count]) => sum + count * (b.get(k) ?? 0), 0);
  const [spread, goldSpread] = [n * n - chance(predicted, predicted), n * n - chance(actual, actual)];
  if (spread === 0 || goldSpread === 0) return 0;
  return (correct * n - chance(predicted, actual)) / Math.sqrt(spread * goldSpread);
}

type Counts = ReadonlyMap<number, number>;

/** How often each class comes. */
function countsOf(classes: ArrayLike<number>): Counts {
  const counts = new Map<number, number>();
  for (let i = 0; i < classes.length; i++) counts.set(classes[i]!, (counts.get(classes[i]!) ?? 0) + 1);
  return counts;
}
