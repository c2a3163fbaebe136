import * as tf from "@tensorflow/tfjs-core";
import { barrier } from "../tensor/barrier.ts";
import { compile } from "../tensor/compile.ts";
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

/**
 * The part of a few rows. The logits are made as (vocabulary, rows), with the head on the left: TensorFlow's products on the
 * CPU are several times faster so.
 */
function crossEntropyRows(
  h: tf.Tensor2D,
  head: tf.Tensor2D,
  targets: tf.Tensor1D,
): { loss: tf.Tensor1D; dh: tf.Tensor2D } {
  const programs = h.shape[0] * head.shape[0] >= worthCompiling ? compiled : asIs;
  const logits = tf.matMul<tf.Tensor2D>(head, h, false, true); // (vocabulary, rows)
  const { exponentials, total, logTotal } = programs.exponentiate(logits);
  logits.dispose();
  const wanted = tf.gather(head, targets); // (rows, d)
  const loss = tf.sub<tf.Tensor1D>(logTotal, tf.sum(tf.mul(h, wanted), -1));
  return { loss, dh: tf.sub(programs.expect(head, exponentials, total), wanted) };
}

/** exp(logits − their maximum) (vocabulary, rows), its sums over the vocabulary (rows), and log Σ exp(logits) (rows). */
function exponentiate(
  logits: tf.Tensor2D,
): { exponentials: tf.Tensor2D; total: tf.Tensor1D; logTotal: tf.Tensor1D } {
  const top = tf.max<tf.Tensor1D>(logits, 0);
  const exponentials = tf.exp(tf.sub<tf.Tensor2D>(logits, top));
  const total = tf.sum<tf.Tensor1D>(exponentials, 0);
  return { exponentials, total, logTotal: tf.add(tf.log(total), top) };
}

/** The mean of the head's rows under the softmax: (rows, d). */
function expect(head: tf.Tensor2D, exponentials: tf.Tensor2D, total: tf.Tensor1D): tf.Tensor2D {
  const sums = tf.matMul<tf.Tensor2D>(head, exponentials, true, false); // (d, rows)
  return tf.transpose(barrier(tf.div<tf.Tensor2D>(sums, total)));
}

/** From so many logits at once the two passes over them are compiled. */
const worthCompiling = 2 ** 20;

const asIs = { exponentiate, expect };
const compiled = {
  exponentiate: compile(exponentiate, { name: "softmax" }),
  expect: compile(expect, { name: "softmax mean" }),
};
