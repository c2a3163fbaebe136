import * as tf from "@tensorflow/tfjs-core";
import { dispose, tidy } from "../tensor/tidy.ts";
import { requireOneSpace } from "./require_one_space.ts";
import { svd } from "./svd.ts";

/**
 * The principal angles between two subspaces of Rᵐ, in radians from the smallest up: min(p, q) of them. The cosines are the
 * singular values of uᵀ·v; angles below 45° are taken from the sines, the singular values of v − u·uᵀ·v, since the cosine of
 * a small angle does not tell it in float32 (Björck & Golub 1973, "Numerical methods for computing angles between linear
 * subspaces").
 *
 * @param u (m, p) with orthonormal columns
 * @param v (m, q) likewise
 * @throws UsageError where the columns are of different lengths
 *
 * @example
 * ```ts
 * import { principalAngles, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const plane = tf.tensor2d([[1, 0], [0, 1], [0, 0]]);
 * const tilted = tf.tensor2d([[1, 0], [0, 0.8], [0, 0.6]]);
 * const [first, second] = await principalAngles(plane, tilted);
 * assert.ok(Math.abs(first!) < 1e-6 && Math.abs(second! - Math.asin(0.6)) < 1e-6);
 * ```
 */
export async function principalAngles(u: tf.Tensor2D, v: tf.Tensor2D): Promise<Float64Array> {
  requireOneSpace(u, v);
  const [wide, narrow] = u.shape[1] >= v.shape[1] ? [u, v] : [v, u];
  const { within, beyond } = tidy(() => {
    const within = tf.matMul<tf.Tensor2D>(wide, narrow, true, false); // (p, q)
    return { within, beyond: tf.sub<tf.Tensor2D>(narrow, tf.matMul(wide, within)) }; // (m, q)
  });
  const cosines = await svd(within);
  const sines = await svd(beyond);
  dispose([within, beyond, cosines.u, cosines.v, sines.u, sines.v]);
  const rising = sines.s.reverse();
  return cosines.s.map((cosine, i) =>
    cosine ** 2 > 0.5 ? Math.asin(Math.min(1, rising[i]!)) : Math.acos(cosine)
  );
}
