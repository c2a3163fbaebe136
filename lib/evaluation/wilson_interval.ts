import { UsageError } from "../usage_error.ts";

/** The normal distribution's point below which 97.5 of 100 lie. */
const z = 1.959964;

/** An interval of shares. */
export interface ShareInterval {
  readonly low: number;
  readonly high: number;
}

/**
 * The interval in which a true share lies with 95 % confidence, when so many of n independent trials came out well: how far a score
 * may be from that on endlessly many problems of the same kind. Unlike the share ± 1.96 standard errors it says something where none
 * or all came out well.
 *
 * Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference".
 *
 * @param share of the n, from 0 to 1
 * @throws UsageError for a share outside of that, or an n that is not a positive integer
 *
 * @example
 * ```ts
 * import { wilsonInterval } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const { low, high } = wilsonInterval(0, 32); // none of 32 problems solved
 * assert.equal(low, 0);
 * assert.ok(Math.abs(high - 0.107) < 1e-3);
 * ```
 */
export function wilsonInterval(share: number, n: number): ShareInterval {
  if (!(share >= 0 && share <= 1) || !Number.isInteger(n) || n < 1) {
    throw new UsageError(
      `a share of ${share} in ${n} trials has no interval; give a share from 0 to 1 and a positive integer`,
    );
  }
  const weight = z * z / n;
  const middle = (share + weight / 2) / (1 + weight);
  const half = z * Math.sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight);
  return { low: share === 0 ? 0 : middle - half, high: share === 1 ? 1 : middle + half }; // not off by a rounding
}
