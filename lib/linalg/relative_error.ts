import * as tf from "@tensorflow/tfjs-core";

/**
 * ‖W − approximation‖ / ‖W‖ in the Frobenius norm.
 *
 * @param w (m, n)
 * @param approximation (m, n)
 *
 * @example
 * ```ts
 * import { relativeError, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const w = tf.tensor2d([[3, 0], [0, 4]]);
 * assert.ok(Math.abs(await relativeError(w, tf.tensor2d([[0, 0], [0, 4]])) - 0.6) < 1e-6);
 * ```
 */
export async function relativeError(w: tf.Tensor2D, approximation: tf.Tensor2D): Promise<number> {
  const ratio = tf.tidy(() => tf.div(tf.norm(tf.sub(w, approximation)), tf.norm(w)));
  const [value] = await ratio.data();
  ratio.dispose();
  return value!;
}
