import * as tf from "@tensorflow/tfjs-core";

/**
 * From numbers by distance to numbers by place: y[i, j] = x[i, first + j − i], x (…, n, 2n) → y (…, n, n).
 *
 * Cutting `first` numbers off the front makes each row begin one column earlier than the row before when the rest is read
 * in rows of 2n − 1, as in Huang et al. 2018 (arXiv 1809.04281, section 3.4.1): no index is looked up in either direction.
 *
 * @param first the column at which row 0 begins: n − 1 or n
 */
export function relativeShift(x: tf.Tensor3D, first: number): tf.Tensor3D {
  const [count, n, columns] = x.shape;
  const flat = tf.reshape(x, [count, n * columns]);
  const rows = tf.reshape(tf.slice(flat, [0, first], [-1, n * (columns - 1)]), [count, n, columns - 1]);
  return tf.slice(rows, [0, 0, 0], [-1, -1, n]) as tf.Tensor3D;
}

/** The gradient of {@linkcode relativeShift}: dy (…, n, n) → dx (…, n, 2n). */
export function relativeShiftBackward(dy: tf.Tensor3D, first: number): tf.Tensor3D {
  const [count, n] = dy.shape;
  const rows = tf.pad(dy, [[0, 0], [0, 0], [0, n - 1]]); // (…, n, 2n − 1)
  const flat = tf.reshape(rows, [count, n * (2 * n - 1)]);
  return tf.reshape(tf.pad(flat, [[0, 0], [first, n - first]]), [count, n, 2 * n]);
}
