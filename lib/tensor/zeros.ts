import * as tf from "@tensorflow/tfjs-core";

/** Zeros of a shape, made by the backend; `tf.zeros` makes them on the host, where they stay until the garbage is collected. */
export function zeros<R extends tf.Rank = tf.Rank.R2>(shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return tf.fill(shape, 0);
}
