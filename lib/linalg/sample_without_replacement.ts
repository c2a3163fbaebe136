import type { Random } from "../tensor/random.ts";
import { UsageError } from "../usage_error.ts";

/**
 * `count` distinct indices of a list of weights, ascending: drawn one after the other, each with a probability in
 * proportion to its weight among those left (Efraimidis & Spirakis 2006: the smallest of exponential numbers at the
 * rates of the weights). Indices of weight zero come only where no others are left. O(n·log n) on the host.
 *
 * @param weights not negative
 * @throws UsageError where the count is not from 0 to the number of weights, or a weight is negative or not finite
 *
 * @example
 * ```ts
 * import { Random, sampleWithoutReplacement } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(sampleWithoutReplacement([0, 2, 0, 1], 2, new Random(0)), [1, 3]);
 * ```
 */
export function sampleWithoutReplacement(
  weights: ArrayLike<number>,
  count: number,
  random: Random,
): number[] {
  const size = weights.length;
  if (!Number.isInteger(count) || count < 0 || count > size) {
    throw new UsageError(`cannot draw ${count} distinct indices from ${size}; draw from 0 to ${size}`);
  }
  const uniform = random.uniform(size);
  const arrival = Array.from(uniform, (u, i) => {
    const weight = weights[i]!;
    if (!(weight >= 0 && weight < Infinity)) {
      throw new UsageError(`weight ${i} is ${weight}; weights are finite and not negative`);
    }
    return weight > 0 ? -Math.log(1 - u) / weight : Infinity;
  });
  const order = arrival.map((_, i) => i).sort((a, b) =>
    arrival[a]! < arrival[b]! ? -1 : arrival[a]! > arrival[b]! ? 1 : a - b
  );
  return order.slice(0, count).sort((a, b) => a - b);
}
