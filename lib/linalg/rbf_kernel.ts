import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../usage_error.ts";

/**
 * The Gaussian kernel exp(−γ·‖xᵢ − yⱼ‖²) between points x (n, d) and y (m, d), as (n, m); the caller owns it.
 * On the backend, O(n·m·d), with no tensor larger than (n, m).
 *
 * @param gamma above 0
 * @throws UsageError where the points differ in d, with both shapes, or gamma is not above 0
 *
 * @example
 * ```ts
 * import { rbfKernel, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const kernel = rbfKernel(tf.tensor2d([[0, 0]]), tf.tensor2d([[0, 0], [1, 1]]), 0.5);
 * const [same, apart] = await kernel.data();
 * assert.ok(same === 1 && Math.abs(apart! - Math.exp(-1)) < 1e-6);
 * ```
 */
export function rbfKernel(x: tf.Tensor2D, y: tf.Tensor2D, gamma: number): tf.Tensor2D {
  if (x.shape[1] !== y.shape[1]) {
    throw new UsageError(
      `x is ${x.shape.join("×")} and y ${y.shape.join("×")}; points need the same number of columns`,
    );
  }
  if (!(gamma > 0 && gamma < Infinity)) {
    throw new UsageError(`gamma ${gamma} is not above 0; 1/d is a usual choice`);
  }
  return tf.tidy(() => {
    const squares = (points: tf.Tensor2D) => tf.sum(tf.square(points), 1); // (n) or (m)
    const inner = tf.mul(tf.matMul(x, y, false, true), 2); // (n, m)
    const distances = tf.sub(tf.add(tf.expandDims(squares(x), 1), squares(y)), inner);
    return tf.exp(tf.mul<tf.Tensor2D>(tf.maximum(distances, 0), -gamma));
  });
}
