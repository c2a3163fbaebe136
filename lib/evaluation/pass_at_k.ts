import { UsageError } from "../usage_error.ts";

/**
 * pass@k, estimated without bias from n samples of which c passed: 1 − C(n−c, k) / C(n, k), the chance that of k samples
 * drawn from the n at least one passed. A benchmark's pass@k is the mean over its problems.
 *
 * Taken as the product of 1 − k/i for i from n−c+1 to n, in which no binomial coefficient can overflow. O(c).
 *
 * Source: Chen et al. 2021, "Evaluating Large Language Models Trained on Code", equation 1.
 *
 * @param n samples of one problem, a positive integer
 * @param c samples that passed, from 0 to n
 * @param k from 1 to n
 * @returns from 0 to 1
 * @throws UsageError for numbers outside these ranges
 *
 * @example
 * ```ts
 * import { passAtK } from "nlora";
 * import assert from "node:assert/strict";
 *
 * // Of three samples one passed: of the pairs (1 2), (1 3), (2 3), two hold it.
 * assert.ok(Math.abs(passAtK(3, 1, 2) - 2 / 3) < 1e-12);
 * ```
 */
export function passAtK(n: number, c: number, k: number): number {
  const fits = [n, c, k].every(Number.isInteger) && 0 <= c && c <= n && 1 <= k && k <= n;
  if (!fits) {
    throw new UsageError(
      `pass@k of n = ${n} samples, c = ${c} passed, k = ${k} has no meaning; give integers with 0 ≤ c ≤ n and 1 ≤ k ≤ n`,
    );
  }
  if (n - c < k) return 1;
  let allFail = 1;
  for (let i = n - c + 1; i <= n; i++) allFail *= 1 - k / i;
  return 1 - allFail;
}
