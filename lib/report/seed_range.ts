import { spread } from "../experiments/spread.ts";

/** A mean, and what it sums up. */
export interface SeedRange {
  readonly value: number;
  /** The lowest and the highest. */
  readonly low: number;
  readonly high: number;
}

/**
 * The mean of what the runs of several seeds came to, with the lowest and the highest of them. Of a few seeds this range tells more
 * plainly than a deviation how far apart they are: it holds nothing that did not happen.
 *
 * @param values at least one
 *
 * @example
 * ```ts
 * import { seedRange } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(seedRange([72, 70, 77]), { value: 73, low: 70, high: 77 });
 * ```
 */
export function seedRange(values: readonly number[]): SeedRange {
  return { value: spread(values).mean, low: Math.min(...values), high: Math.max(...values) };
}
