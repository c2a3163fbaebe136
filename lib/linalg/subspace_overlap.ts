import * as tf from "@tensorflow/tfjs-core";
import { requireOneSpace } from "./require_one_space.ts";

/**
 * How far two subspaces of Rᵐ are one: ‖uᵀ·v‖²_F / min(p, q), from 0 where they are orthogonal to 1 where the smaller lies in
 * the larger. It is the mean of the squared cosines of their {@linkcode principalAngles}, and the similarity φ by which Hu et
 * al. compare adapters (2021, arXiv 2106.09685, equation 4). Two subspaces drawn at random have p·q / (m·min(p, q)) on average.
 *
 * @param u (m, p) with orthonormal columns
 * @param v (m, q) likewise
 * @throws UsageError where the columns are of different lengths
 *
 * @example
 * ```ts
 * import { subspaceOverlap, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const plane = tf.tensor2d([[1, 0], [0, 1], [0, 0]]);
 * assert.ok(Math.abs(await subspaceOverlap(plane, tf.tensor2d([[0.6], [0], [0.8]])) - 0.36) < 1e-6);
 * ```
 */
export async function subspaceOverlap(u: tf.Tensor2D, v: tf.Tensor2D): Promise<number> {
  requireOneSpace(u, v);
  const overlap = tf.tidy(() => tf.sum(tf.square(tf.matMul(u, v, true, false))));
  const [sum] = await overlap.data();
  overlap.dispose();
  return sum! / Math.min(u.shape[1], v.shape[1]);
}
