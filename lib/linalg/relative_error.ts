import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../usage_error.ts";

/**
 * ‖W − approximation‖ / ‖W‖ in the Frobenius norm, on the backend; NaN where W is zero and so is the difference.
 *
 * @param w (m, n)
 * @param approximation (m, n)
 * @throws UsageError where the shapes differ, with both
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
  if (w.shape.join() !== approximation.shape.join()) {
    throw new UsageError(
      `W is ${w.shape.join("×")} and the approximation ${approximation.shape.join("×")}; both need one shape`,
    );
  }
  const ratio = tf.tidy(() => tf.div(tf.norm(tf.sub(w, approximation)), tf.norm(w)));
  const [value] = await ratio.data();
  ratio.dispose();
  return value!;
}
