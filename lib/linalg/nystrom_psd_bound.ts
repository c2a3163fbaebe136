import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../tensor/random.ts";
import { dispose, tidy } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import { spectralNorm } from "./spectral_norm.ts";
import { truncatedPinv } from "./truncated_pinv.ts";

/** The eigenvalues and eigenvectors of a matrix as {@linkcode eigh} gives them, smallest first. */
export interface Eigenpairs {
  readonly values: Float64Array; // (n)
  readonly vectors: tf.Tensor2D; // (n, n), one a column
}

/**
 * An upper bound of ‖K − C·B⁺·Cᵀ‖ in the spectral norm for the Nyström approximation of a positive semidefinite K (n, n) from
 * given columns (see {@linkcode nystromPsd}): λ_{k+1} + ‖Λ₂^½·(U₂ᵀ·S)·(U₁ᵀ·S)⁺‖² with U₁ the k leading eigenvectors, U₂ and Λ₂
 * the others, and S the choice of columns (Gittens & Mahoney 2016). Every k gives a bound, as long as U₁ᵀ·S has full
 * row rank; the least of them counts. Infinity where U₁ᵀ·S has not. O(n·r·k), without K itself.
 *
 * @param indices the columns chosen, r of them
 * @param k from 1 to r
 * @throws UsageError for a k out of range
 *
 * @example
 * ```ts
 * import { eigh, nystromPsdBound, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const pairs = await eigh(tf.tensor2d([[4, 0, 0], [0, 2, 0], [0, 0, 1]]));
 * assert.ok(Math.abs(await nystromPsdBound(pairs, [0, 1], 2) - 1) < 1e-5); // what is left is the third
 * ```
 */
export async function nystromPsdBound(
  { values, vectors }: Eigenpairs,
  indices: readonly number[],
  k: number,
): Promise<number> {
  const [n, r] = [values.length, indices.length];
  if (!Number.isInteger(k) || k < 1 || k > r) {
    throw new UsageError(`k is ${k}; give a whole number from 1 to the ${r} columns that are chosen`);
  }
  const roots = Float32Array.from(values.subarray(0, n - k), (value) => Math.sqrt(Math.max(value, 0)));
  const { leading, others } = tidy(() => {
    const seen = tf.gather(vectors, tf.tensor1d([...indices], "int32")); // Sᵀ·U (r, n)
    const [rest, first] = tf.split(seen, [n - k, k], 1) as [tf.Tensor2D, tf.Tensor2D];
    return { leading: tf.transpose<tf.Tensor2D>(first), others: tf.mul<tf.Tensor2D>(rest, roots) };
  });
  const { inverse, kept } = await truncatedPinv(leading); // (r, k)
  const lifted = tf.matMul<tf.Tensor2D>(others, inverse, true, false); // (n − k, k)
  const norm = await spectralNorm(lifted, new Random(0));
  dispose([leading, others, inverse, lifted]);
  return kept < k ? Infinity : (values[n - k - 1] ?? 0) + norm ** 2;
}
