import * as tf from "@tensorflow/tfjs-core";
import { type Matrix, SVD } from "ml-matrix";
import { svd } from "./svd.ts";

/**
 * The condition number σ₁/σ_min in the spectral norm; Infinity for a singular matrix. Of a tensor, by {@linkcode svd}: above
 * about 10⁶ it then says only that the matrix is singular to float32. Of a host matrix, at once and in double precision.
 *
 * @throws UsageError for a NaN or an infinity in a tensor
 *
 * @example
 * ```ts
 * import { cond, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * assert.ok(Math.abs(await cond(tf.tensor2d([[8, 0], [0, 2]])) - 4) < 1e-5);
 * ```
 */
export function cond(x: Matrix): number;
export function cond(x: tf.Tensor2D): Promise<number>;
export function cond(x: Matrix | tf.Tensor2D): number | Promise<number> {
  if (!(x instanceof tf.Tensor)) return ratio(new SVD(x, { autoTranspose: true }).diagonal);
  return svd(x).then(({ u, s, v }) => {
    tf.dispose([u, v]);
    return ratio(s);
  });
}

/** Largest over smallest of singular values. */
function ratio(values: ArrayLike<number>): number {
  const [largest, smallest] = [Math.max(...Array.from(values)), Math.min(...Array.from(values))];
  return smallest > 0 ? largest / smallest : Infinity;
}
