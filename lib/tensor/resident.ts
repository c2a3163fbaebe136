import * as tf from "@tensorflow/tfjs-core";
import { hasRawOps, rawOp } from "./raw_op.ts";

/**
 * Moves a tensor's values to the backend now, and disposes the given one. tfjs-node would keep the JavaScript copy
 * until the first operation on the tensor, and with it twice the memory of a model that is being loaded.
 */
export function makeResident<T extends tf.Tensor>(values: T): T {
  if (!hasRawOps()) return values;
  const [resident] = rawOp("Identity", { T: { type: values.dtype } }, [values], 1);
  values.dispose();
  return resident as T;
}

/**
 * A tensor of numbers that belong to nobody else. Where tensors live outside of JavaScript it has a copy, and the array is
 * empty afterwards: it would keep its memory until the garbage is collected, and the collector hardly sees how much that is.
 */
export function takeNumbers<R extends tf.Rank = tf.Rank.R2>(
  numbers: Float32Array<ArrayBuffer>,
  shape: tf.ShapeMap[R],
): tf.Tensor<R> {
  if (!hasRawOps()) return tf.tensor<R>(numbers, shape);
  const copy = copyNumbers(numbers, shape);
  numbers.buffer.transfer(0);
  return copy;
}

/** A tensor of numbers whose array may change afterwards: the tensorflow backend else shares it where it can. */
export function copyNumbers<R extends tf.Rank>(numbers: Float32Array, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  if (!hasRawOps()) return tf.tensor<R>(numbers.slice(), shape);
  const given = tf.tensor<R>(numbers, shape);
  const [copy] = rawOp("DeepCopy", { T: { type: given.dtype } }, [given], 1);
  given.dispose();
  return copy as tf.Tensor<R>;
}
