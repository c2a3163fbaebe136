import { averageRanks } from "./average_ranks.ts";
import { pearson } from "./pearson.ts";

/**
 * Spearman's correlation of predicted and gold numbers, from −1 to 1: that of their ranks, equal numbers sharing the mean of
 * theirs; SciPy's `spearmanr`. Where all predictions, or all gold numbers, are the same it is not defined: NaN, as there.
 *
 * @throws UsageError where there is not one prediction for each gold number, or fewer than two
 *
 * @example
 * ```ts
 * import { spearman } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.equal(spearman([1, 10, 100], [1, 2, 3]), 1);
 * assert.equal(spearman([1, 1, 2, 2], [1, 2, 1, 2]), 0);
 * ```
 */
export function spearman(predictions: ArrayLike<number>, gold: ArrayLike<number>): number {
  return pearson(averageRanks(predictions), averageRanks(gold));
}
