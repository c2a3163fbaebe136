import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../tensor/random.ts";
import { qr } from "./qr.ts";

/**
 * An orthonormal basis q (m, l) of the range of (W·Wᵀ)^powers·W·Ω for a Gaussian Ω (n, l): where most of W (m, n) lies
 * (Halko, Martinsson & Tropp 2011, algorithms 4.1 and 4.4, with an orthonormalisation after every product).
 * 2·(2·powers + 1)·m·n·l operations of products on the backend, and QR of (m, l) and (n, l) where {@linkcode qr} runs.
 *
 * Without power iterations, and l = k + p with k ≥ 2 and p ≥ 2, the expected error ‖W − q·qᵀ·W‖_F is at most
 * √(1 + k/(p − 1)) times that of the best rank k, and in the spectral norm at most (1 + √(k/(p − 1)))·σ_{k+1} +
 * (e·√(k + p)/p)·√(Σ_{j>k} σ_j²) (theorems 10.5 and 10.6 there).
 *
 * @param count l, from 1 to min(m, n)
 * @throws UsageError for a NaN or an infinity in w
 *
 * @example
 * ```ts
 * import { Random, randomizedRange, relativeError, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const w = tf.tensor2d([[1, 2, 3], [2, 4, 6], [1, 0, 1]]); // rank 2
 * const q = await randomizedRange(w, 2, new Random(0), 0);
 * assert.ok(await relativeError(w, tf.matMul(q, tf.matMul(q, w, true, false))) < 1e-5);
 * ```
 */
export async function randomizedRange(
  w: tf.Tensor2D,
  count: number,
  random: Random,
  powers: number,
): Promise<tf.Tensor2D> {
  const n = w.shape[1];
  const sketch = tf.tensor2d(random.normal(n * count), [n, count]);
  let range = await orthonormal(tf.matMul(w, sketch)); // (m, l)
  sketch.dispose();
  for (let i = 0; i < powers; i++) {
    const coRange = await orthonormal(tf.matMul(w, range, true, false)); // (n, l)
    range.dispose();
    range = await orthonormal(tf.matMul(w, coRange));
    coRange.dispose();
  }
  return range;
}

/** An orthonormal basis of the columns of x, which is disposed. */
async function orthonormal(x: tf.Tensor2D): Promise<tf.Tensor2D> {
  const { q, r } = await qr(x);
  tf.dispose([x, r]);
  return q;
}
