import * as tf from "@tensorflow/tfjs-core";
import { tidy } from "../tensor/tidy.ts";

/**
 * The squared error of a regression with its gradient: Σ (prediction − target)² · weight.
 *
 * @param predictions (rows, 1)
 * @param targets (rows)
 * @param weight the share of each row in the loss; 1 / rows gives the mean
 * @returns `loss` (scalar) and `dPredictions` (rows, 1)
 *
 * @example
 * ```ts
 * import { squaredError, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const { loss } = squaredError(tf.tensor2d([[1], [2]]), tf.tensor1d([1, 5]), 1 / 2);
 * assert.equal((await loss.data())[0], 4.5);
 * ```
 */
export function squaredError(
  predictions: tf.Tensor2D,
  targets: tf.Tensor1D,
  weight: number,
): { loss: tf.Scalar; dPredictions: tf.Tensor2D } {
  return tidy(() => {
    const error = tf.sub<tf.Tensor2D>(predictions, tf.expandDims(targets, 1)); // (rows, 1)
    return {
      loss: tf.mul<tf.Scalar>(tf.sum(tf.square(error)), weight),
      dPredictions: tf.mul<tf.Tensor2D>(error, 2 * weight),
    };
  });
}
