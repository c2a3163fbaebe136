import * as tf from "@tensorflow/tfjs-core";

/** Added to the norm, so that a gradient of zero is not divided by zero; PyTorch's value. */
const epsilon = 1e-6;

/**
 * The whole gradient g (size) with a Euclidean norm of at most about `limit`: g·min(1, limit / (‖g‖ + 10⁻⁶)), as PyTorch's
 * `clip_grad_norm_` scales it (Pascanu, Mikolov & Bengio 2013, section 3.2).
 *
 * @param norm ‖g‖
 * @param limit 0 leaves every gradient as it is
 * @returns a tensor of its own
 *
 * @example
 * ```ts
 * import { clipGradient, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const [a, b] = await clipGradient(tf.tensor1d([3, 4]), 5, 1).data();
 * assert.ok(Math.abs(a! - 0.6) < 1e-6 && Math.abs(b! - 0.8) < 1e-6);
 * ```
 */
export function clipGradient(gradient: tf.Tensor1D, norm: number, limit: number): tf.Tensor1D {
  const scale = limit / (norm + epsilon);
  return limit > 0 && scale < 1
    ? tf.tidy(() => tf.mul<tf.Tensor1D>(gradient, tf.scalar(scale)))
    : tf.clone(gradient);
}
