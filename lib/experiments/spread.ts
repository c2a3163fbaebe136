/** Mean and standard deviation over the seeds. */
export interface Spread {
  readonly mean: number;
  /** Of the sample (divided by n − 1); null for one seed. */
  readonly deviation: number | null;
}

/**
 * Mean and standard deviation of what the runs of several seeds came to.
 *
 * @param values at least one
 *
 * @example
 * ```ts
 * import { spread } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(spread([70, 73, 76]), { mean: 73, deviation: 3 });
 * ```
 */
export function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null };
}
