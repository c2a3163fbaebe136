import * as tf from "@tensorflow/tfjs-core";
import { tidy } from "../tensor/tidy.ts";

/**
 * Cross-entropy of a classifier's logits, in nats, with its gradient: Σ (log Σ exp(logits) − logits[target]) · weight.
 *
 * @param logits (rows, classes)
 * @param targets (rows), int32
 * @param weight the share of each row in the loss; 1 / rows gives the mean
 * @returns `loss` (scalar) and `dLogits` (rows, classes)
 *
 * @example
 * ```ts
 * import { softmaxLoss, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const { loss } = softmaxLoss(tf.zeros([2, 4]), tf.tensor1d([3, 1], "int32"), 1 / 2);
 * assert.ok(Math.abs((await loss.data())[0]! - Math.log(4)) < 1e-5);
 * ```
 */
export function softmaxLoss(
  logits: tf.Tensor2D,
  targets: tf.Tensor1D,
  weight: number,
): { loss: tf.Scalar; dLogits: tf.Tensor2D } {
  return tidy(() => {
    const wanted = tf.cast(tf.oneHot(targets, logits.shape[1]), "float32"); // (rows, classes)
    const logs = tf.logSoftmax(logits);
    return {
      loss: tf.mul<tf.Scalar>(tf.sum(tf.mul(logs, wanted)), -weight),
      dLogits: tf.mul<tf.Tensor2D>(tf.sub(tf.exp(logs), wanted), weight),
    };
  });
}
