import { UsageError } from "../usage_error.ts";

/** y = factor · x^exponent */
export interface PowerLaw {
  readonly factor: number;
  readonly exponent: number;
}

/**
 * The power law nearest to positive points: least squares on their logarithms, so that each point counts by its ratio to
 * the law.
 *
 * @throws UsageError for fewer than two different x, lists of different lengths, and numbers that are not positive
 *
 * @example
 * ```ts
 * import { powerLaw } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.ok(Math.abs(powerLaw([128, 256, 512], [1, 8, 64]).exponent - 3) < 1e-12);
 * ```
 */
export function powerLaw(x: readonly number[], y: readonly number[]): PowerLaw {
  if (x.length !== y.length || new Set(x).size < 2) {
    throw new UsageError(
      `a power law needs as many y as x, of which two differ; ${x.length} x and ${y.length} y came`,
    );
  }
  if (![...x, ...y].every((value) => value > 0 && value < Infinity)) {
    throw new UsageError("a power law needs positive numbers; leave zeros out");
  }
  const [u, v] = [x.map(Math.log), y.map(Math.log)];
  const [meanU, meanV] = [mean(u), mean(v)];
  const exponent = sum(u.map((value, i) => (value - meanU) * (v[i]! - meanV))) /
    sum(u.map((value) => (value - meanU) ** 2));
  return { factor: Math.exp(meanV - exponent * meanU), exponent };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
