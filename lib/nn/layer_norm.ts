import * as tf from "@tensorflow/tfjs-core";

/** What the forward pass of {@linkcode layerNorm} keeps for the backward pass. */
export interface LayerNormSaved {
  readonly mean: tf.Tensor2D; // (tokens, 1)
  readonly inverse: tf.Tensor2D; // 1 / √(variance + ε) (tokens, 1)
}

/**
 * LayerNorm (Ba et al. 2016, arXiv 1607.06450): y = (x − mean) / √(variance + ε) · w + b over the last axis, with the
 * variance that divides by d.
 *
 * @param x (tokens, d)
 * @param weight w (d)
 * @param bias b (d)
 * @returns `y` (tokens, d), and what the backward pass needs
 */
export function layerNorm(
  x: tf.Tensor2D,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D,
  epsilon: number,
): { y: tf.Tensor2D; saved: LayerNormSaved } {
  const mean = tf.mean<tf.Tensor2D>(x, -1, true);
  const variance = tf.mean(tf.square(tf.sub(x, mean)), -1, true);
  const saved = { mean, inverse: tf.rsqrt<tf.Tensor2D>(tf.add(variance, epsilon)) };
  return { y: layerNormAgain(x, saved, weight, bias), saved };
}

/** y of {@linkcode layerNorm} from what was kept of it. */
export function layerNormAgain(
  x: tf.Tensor2D,
  saved: LayerNormSaved,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D,
): tf.Tensor2D {
  return tf.add(tf.mul(unitRows(x, saved), weight), bias);
}

/** The gradient of {@linkcode layerNorm} by its input: dy (tokens, d) → dx (tokens, d). */
export function layerNormBackward(
  dy: tf.Tensor2D,
  x: tf.Tensor2D,
  saved: LayerNormSaved,
  weight: tf.Tensor1D,
): tf.Tensor2D {
  const unit = unitRows(x, saved); // (tokens, d)
  const g = tf.mul(dy, weight); // (tokens, d)
  const along = tf.mean(tf.mul(g, unit), -1, true); // (tokens, 1)
  return tf.mul(tf.sub(tf.sub(g, tf.mean(g, -1, true)), tf.mul(unit, along)), saved.inverse);
}

/** The gradients of {@linkcode layerNorm} by its weight and bias, for where they train: dy (tokens, d) → (d) each. */
export function layerNormGradients(
  dy: tf.Tensor2D,
  x: tf.Tensor2D,
  saved: LayerNormSaved,
): { weight: tf.Tensor1D; bias: tf.Tensor1D } {
  return { weight: tf.sum(tf.mul(dy, unitRows(x, saved)), 0), bias: tf.sum(dy, 0) };
}

/** x with mean 0 and variance 1 in every row: cheaper to make again than to keep. */
function unitRows(x: tf.Tensor2D, { mean, inverse }: LayerNormSaved): tf.Tensor2D {
  return tf.mul(tf.sub(x, mean), inverse);
}
