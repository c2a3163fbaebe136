import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../usage_error.ts";
import { svd } from "./svd.ts";

/** How far a pseudo-inverse had to leave singular values out. */
export interface Truncation {
  /** Singular values above the cutoff, which were inverted. */
  readonly kept: number;
  /** All singular values, min(m, n). */
  readonly of: number;
  /** σ₁ / σ_min over all of them; Infinity for an exactly singular matrix. */
  readonly cond: number;
}

/** float32's distance from 1 to the next number. */
export const float32Epsilon = 2 ** -23;

/**
 * The Moore–Penrose pseudo-inverse of a matrix (m, n) → (n, m), with what was left out of it. By {@linkcode svd}, so
 * where that runs: O(m·n·min(m, n)); relative error about cond·2⁻²³, which is what rounding x to float32 costs already.
 *
 * @param rtol singular values at or below rtol·σ₁ count as zero; by default max(m, n)·2⁻²³, as in `torch.linalg.pinv`
 * @throws UsageError for a NaN or an infinity in x, or an rtol that is not from 0 up to 1
 *
 * @example
 * ```ts
 * import { tf, truncatedPinv, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const { inverse, kept, of, cond } = await truncatedPinv(tf.tensor2d([[4, 0], [0, 0.5]]), 0.25);
 * assert.deepEqual([kept, of, Math.round(cond)], [1, 2, 8]);
 * assert.ok(Math.abs((await inverse.data())[0]! - 0.25) < 1e-6);
 * ```
 */
export async function truncatedPinv(
  x: tf.Tensor2D,
  rtol: number = Math.max(...x.shape) * float32Epsilon,
): Promise<Truncation & { readonly inverse: tf.Tensor2D }> {
  requireRtol(rtol);
  const { u, s, v } = await svd(x);
  const cutoff = rtol * s[0]!;
  const inverted = Float32Array.from(s, (value) => value > cutoff ? 1 / value : 0); // (min(m, n))
  const inverse = tf.tidy(() => tf.matMul<tf.Tensor2D>(tf.mul(v, tf.tensor1d(inverted)), u, false, true));
  tf.dispose([u, v]);
  const smallest = s.at(-1)!;
  return {
    inverse,
    kept: s.filter((value) => value > cutoff).length,
    of: s.length,
    cond: smallest > 0 ? s[0]! / smallest : Infinity,
  };
}

/** Refuses a relative tolerance that is not from 0 up to 1. */
export function requireRtol(rtol: number): void {
  if (!(rtol >= 0 && rtol < 1)) {
    throw new UsageError(`rtol ${rtol} is not from 0 up to 1; 1e-6 leaves little out`);
  }
}
