import * as tf from "@tensorflow/tfjs-core";
import { dense } from "./dense.ts";
import { tidy } from "../tensor/tidy.ts";

/** Logits that are held at once, in numbers: 24 MiB of them. */
const logitsAtOnce = 6 * 2 ** 20;

/**
 * Mean cross-entropy of a linear head, with its gradient by the hidden states, in nats.
 * The logits (rows, vocabulary) are made for a few rows at a time and never kept, and no one-hot matrix is built:
 * the gradient is (softmax(h·Eᵀ)·E − E[targets]) · weight.
 *
 * @param h (rows, d)
 * @param head E (vocabulary, d)
 * @param targets (rows), int32
 * @param weight the share of each row in the loss; 1 / rows gives the mean
 * @returns `loss` (scalar) and `dh` (rows, d)
 */
export function crossEntropy(
  h: tf.Tensor2D,
  head: tf.Tensor2D,
  targets: tf.Tensor1D,
  weight: number,
): { loss: tf.Scalar; dh: tf.Tensor2D } {
  const rows = h.shape[0];
  const step = Math.max(1, Math.floor(logitsAtOnce / head.shape[0]));
  return tidy(() => {
    const losses: tf.Tensor1D[] = [];
    const gradients: tf.Tensor2D[] = [];
    for (let start = 0; start < rows; start += step) {
      const count = Math.min(step, rows - start);
      const { loss, dh } = tidy(() =>
        crossEntropyRows(tf.slice(h, start, count), head, tf.slice(targets, start, count))
      );
      losses.push(loss);
      gradients.push(dh);
    }
    return {
      loss: tf.mul(tf.sum(tf.concat(losses)), weight) as tf.Scalar,
      dh: tf.mul(tf.concat(gradients), weight),
    };
  });
}

function crossEntropyRows(
  h: tf.Tensor2D,
  head: tf.Tensor2D,
  targets: tf.Tensor1D,
): { loss: tf.Tensor1D; dh: tf.Tensor2D } {
  const logits = dense(h, head); // (rows, vocabulary)
  const top = tf.max(logits, -1, true); // (rows, 1)
  const exponentials = tf.exp(tf.sub(logits, top)); // (rows, vocabulary)
  logits.dispose();
  const total = tf.sum(exponentials, -1, true); // (rows, 1)
  const wanted = tf.gather(head, targets); // (rows, d)
  const loss = tf.sub(tf.add(tf.log(total), top), tf.sum(tf.mul(h, wanted), -1, true)); // (rows, 1)
  const expected = tf.div(tf.matMul(exponentials as tf.Tensor2D, head), total); // (rows, d)
  return { loss: tf.reshape(loss, [-1]), dh: tf.sub(expected, wanted) };
}
