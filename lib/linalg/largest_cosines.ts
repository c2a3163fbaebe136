import * as tf from "@tensorflow/tfjs-core";
import { requireOneSpace } from "./require_one_space.ts";

/**
 * Of each column of u the largest |cosine| that it has with a column of v. With the leading singular vectors of a tuned weight
 * for u and all of the given weight's for v, a value below some ε marks an "intruder dimension" (Shuttleworth et al. 2024,
 * arXiv 2410.21228): a direction in front that the given weight does not have among its own.
 *
 * @param u (m, p) with columns of length 1
 * @param v (m, q) likewise
 * @returns (p)
 * @throws UsageError where the columns are of different lengths
 *
 * @example
 * ```ts
 * import { largestCosines, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const cosines = await largestCosines(tf.tensor2d([[0.6], [-0.8]]), tf.tensor2d([[1, 0], [0, 1]]));
 * assert.ok(Math.abs(cosines[0]! - 0.8) < 1e-6);
 * ```
 */
export async function largestCosines(u: tf.Tensor2D, v: tf.Tensor2D): Promise<Float64Array> {
  requireOneSpace(u, v);
  const largest = tf.tidy(() => tf.max(tf.abs(tf.matMul(u, v, true, false)), 1)); // (p)
  const values = Float64Array.from(await largest.data());
  largest.dispose();
  return values;
}
