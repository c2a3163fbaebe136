/**
 * The effective rank of a matrix by its singular values: e to the entropy of their shares in their sum (Roy & Vetterli 2007,
 * "The effective rank: a measure of effective dimensionality"). From 1, where one value is all, to as many as there are,
 * where all are equal; 0 for a matrix of zeros.
 *
 * @example
 * ```ts
 * import { effectiveRank } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.ok(Math.abs(effectiveRank([2, 2, 2, 0]) - 3) < 1e-12);
 * assert.ok(effectiveRank([9, 1]) < 1.5);
 * ```
 */
export function effectiveRank(singularValues: ArrayLike<number>): number {
  const values = Array.from(singularValues).filter((value) => value > 0);
  const sum = values.reduce((a, b) => a + b, 0);
  if (sum === 0) return 0;
  return Math.exp(-values.reduce((entropy, value) => entropy + value / sum * Math.log(value / sum), 0));
}
