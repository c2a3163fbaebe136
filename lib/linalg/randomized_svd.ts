import * as tf from "@tensorflow/tfjs-core";
import { SVD } from "ml-matrix";
import type { Random } from "../tensor/random.ts";
import { fromHost, toHost } from "./host_matrix.ts";
import { qr } from "./qr.ts";

/** The leading singular triplets of a matrix (m, n): W ≈ u · diag(s) · vᵀ. */
export interface TruncatedSvd {
  readonly u: tf.Tensor2D; // (m, r)
  readonly s: Float64Array; // (r), largest first
  readonly v: tf.Tensor2D; // (n, r)
}

/**
 * The leading `rank` singular triplets by a randomized range finder with power iterations
 * (Halko, Martinsson & Tropp 2011, algorithms 4.4 and 5.1). Products and QR run on the backend, O(m·n·(r + p)·q);
 * the small (r + p)² decomposition runs in double precision on the host.
 *
 * @param w (m, n)
 * @param powerIterations q: more of them sharpen a slowly falling spectrum
 * @param oversampling p: columns drawn beyond the rank
 *
 * @example
 * ```ts
 * import { Random, randomizedSvd, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const w = tf.tensor2d([[3, 0, 0], [0, 2, 0], [0, 0, 1]]);
 * const { s } = await randomizedSvd(w, 2, new Random(0));
 * assert.ok(Math.abs(s[0]! - 3) < 1e-4 && Math.abs(s[1]! - 2) < 1e-4);
 * ```
 */
export async function randomizedSvd(
  w: tf.Tensor2D,
  rank: number,
  random: Random,
  { powerIterations = 4, oversampling = 8 } = {},
): Promise<TruncatedSvd> {
  const [m, n] = w.shape;
  const columns = Math.min(rank + oversampling, m, n);
  const sketch = tf.tensor2d(random.normal(n * columns), [n, columns]);
  let range = await orthonormal(tf.matMul(w, sketch)); // (m, r + p)
  sketch.dispose();
  for (let i = 0; i < powerIterations; i++) {
    const coRange = await orthonormal(tf.matMul(w, range, true, false)); // (n, r + p)
    range.dispose();
    range = await orthonormal(tf.matMul(w, coRange));
    coRange.dispose();
  }
  const projected = tf.matMul<tf.Tensor2D>(w, range, true, false); // Wᵀ·Q = V·S·Uᵀ (n, r + p)
  const { q, r } = await qr(projected);
  projected.dispose();
  const small = new SVD(await toHost(r)); // (r + p, r + p)
  const columnsOf = (matrix: typeof small.leftSingularVectors) =>
    fromHost(matrix.subMatrix(0, matrix.rows - 1, 0, rank - 1));
  const result = tf.tidy(() => ({
    u: tf.matMul<tf.Tensor2D>(range, columnsOf(small.rightSingularVectors)),
    v: tf.matMul<tf.Tensor2D>(q, columnsOf(small.leftSingularVectors)),
  }));
  tf.dispose([range, q, r]);
  return { ...result, s: Float64Array.from(small.diagonal.slice(0, rank)) };
}

/** An orthonormal basis of the columns of x, which is disposed. */
async function orthonormal(x: tf.Tensor2D): Promise<tf.Tensor2D> {
  const { q, r } = await qr(x);
  tf.dispose([x, r]);
  return q;
}
