/**
 * The stable rank of a matrix by its singular values: ‖X‖²_F / ‖X‖₂², the sum of their squares over the largest square
 * (Rudelson & Vershynin 2007, "Sampling from large matrices", where it is the numerical rank). At most the rank, and small
 * values hardly change it; 0 for a matrix of zeros.
 *
 * @example
 * ```ts
 * import { stableRank } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.equal(stableRank([2, 2, 2, 0]), 3);
 * assert.equal(stableRank([10, 1]), 1.01);
 * ```
 */
export function stableRank(singularValues: ArrayLike<number>): number {
  const squares = Array.from(singularValues, (value) => value ** 2);
  const largest = squares.reduce((a, b) => Math.max(a, b), 0);
  return largest === 0 ? 0 : squares.reduce((a, b) => a + b, 0) / largest;
}
