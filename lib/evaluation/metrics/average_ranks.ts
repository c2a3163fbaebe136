/**
 * The rank of each number, from 1 for the smallest; equal numbers share the mean of their ranks, as SciPy's `rankdata` does.
 *
 * @throws nothing; a NaN among them makes all ranks NaN
 *
 * @example
 * ```ts
 * import { averageRanks } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([...averageRanks([30, 10, 30, 20])], [3.5, 1, 3.5, 2]);
 * ```
 */
export function averageRanks(numbers: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(numbers);
  const ranks = new Float64Array(all.length);
  if (all.some(Number.isNaN)) return ranks.fill(NaN);
  const order = Uint32Array.from(all, (_, i) => i).sort((a, b) => all[a]! - all[b]!);
  for (let begin = 0, end = 0; begin < order.length; begin = end) {
    while (end < order.length && all[order[end]!] === all[order[begin]!]) end++;
    for (const index of order.subarray(begin, end)) ranks[index] = (begin + 1 + end) / 2;
  }
  return ranks;
}
