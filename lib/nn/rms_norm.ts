import * as tf from "@tensorflow/tfjs-core";

/**
 * RMSNorm (Zhang & Sennrich 2019): y = x / rms(x) · w over the last axis.
 *
 * @param x (tokens, d)
 * @param weight (d)
 * @returns `y` (tokens, d), and `inverse` = 1 / rms(x) (tokens, 1) for the backward pass
 */
export function rmsNorm(
  x: tf.Tensor2D,
  weight: tf.Tensor1D,
  epsilon: number,
): { y: tf.Tensor2D; inverse: tf.Tensor2D } {
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon)) as tf.Tensor2D; // (tokens, 1)
  return { y: rmsNormAgain(x, inverse, weight), inverse };
}

/** The output of {@linkcode rmsNorm} from what it kept: cheaper to make again than to keep. */
export function rmsNormAgain(x: tf.Tensor2D, inverse: tf.Tensor2D, weight: tf.Tensor1D): tf.Tensor2D {
  return tf.mul(tf.mul(x, inverse), weight);
}

/** The gradient of {@linkcode rmsNorm} by its input: dy (tokens, d) → dx (tokens, d). */
export function rmsNormBackward(
  dy: tf.Tensor2D,
  x: tf.Tensor2D,
  inverse: tf.Tensor2D,
  weight: tf.Tensor1D,
): tf.Tensor2D {
  const g = tf.mul(dy, weight); // (tokens, d)
  const unit = tf.mul(x, inverse); // (tokens, d)
  const along = tf.mean(tf.mul(g, unit), -1, true); // (tokens, 1)
  return tf.mul(tf.sub(g, tf.mul(unit, along)), inverse);
}
