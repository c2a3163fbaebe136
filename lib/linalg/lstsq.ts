import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../usage_error.ts";
import { requireFinite } from "./require_finite.ts";
import { truncatedPinv } from "./truncated_pinv.ts";

/**
 * The x (n, k) of least norm among those that minimise ‖a·x − b‖, for a (m, n) and b (m, k): a⁺·b, by
 * {@linkcode truncatedPinv}; O(m·n·min(m, n) + m·n·k).
 *
 * @param rtol singular values of a at or below rtol·σ₁ count as zero, as in {@linkcode truncatedPinv}
 * @throws UsageError where a and b differ in their rows, with both shapes, or for a NaN or an infinity
 *
 * @example
 * ```ts
 * import { lstsq, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const x = await lstsq(tf.tensor2d([[1], [1]]), tf.tensor2d([[1], [3]]));
 * assert.ok(Math.abs((await x.data())[0]! - 2) < 1e-6);
 * ```
 */
export async function lstsq(a: tf.Tensor2D, b: tf.Tensor2D, rtol?: number): Promise<tf.Tensor2D> {
  if (a.shape[0] !== b.shape[0]) {
    throw new UsageError(
      `a is ${a.shape.join("×")} and b ${b.shape.join("×")}; both need the same number of rows`,
    );
  }
  await requireFinite({ a, b });
  const { inverse } = await truncatedPinv(a, rtol);
  const x = tf.matMul<tf.Tensor2D>(inverse, b);
  inverse.dispose();
  return x;
}
