import * as tf from "@tensorflow/tfjs-core";

/** The two forms in use: `erf` is exact (BERT, DeBERTa, ViT), `tanh` approximates it to 5e-4 (GPT-2, Gemma). */
export type GeluForm = "erf" | "tanh";

/** GELU (Hendrycks & Gimpel 2016, arXiv 1606.08415): x·Φ(x), with the normal distribution Φ, element by element. */
export function gelu<T extends tf.Tensor>(x: T, form: GeluForm = "erf"): T {
  return tf.mul(x, form === "erf" ? normalCdf(x) : tanhCdf(x)) as T;
}

/** The gradient of {@linkcode gelu}, which recomputes Φ instead of keeping it; all of one shape. */
export function geluBackward<T extends tf.Tensor>(dy: T, x: T, form: GeluForm = "erf"): T {
  return tf.mul(dy, form === "erf" ? erfSlope(x) : tanhSlope(x)) as T;
}

function normalCdf(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
}

/** Φ(x) + x·φ(x) with the density φ = Φ′. */
function erfSlope(x: tf.Tensor): tf.Tensor {
  const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return tf.add(normalCdf(x), tf.mul(x, density));
}

const slopeAtZero = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

/** (1 + tanh u) / 2 with u = √(2/π)·(x + 0.044715·x³). */
function tanhCdf(x: tf.Tensor): tf.Tensor {
  const u = tf.mul(tf.mul(x, tf.add(tf.mul(tf.square(x), cubic), 1)), slopeAtZero);
  return tf.mul(tf.add(tf.tanh(u), 1), 0.5);
}

/** p + x·p′ for p = (1 + tanh u) / 2, where p′ = 2·p·(1 − p)·u′. */
function tanhSlope(x: tf.Tensor): tf.Tensor {
  const p = tanhCdf(x);
  const du = tf.mul(tf.add(tf.mul(tf.square(x), 3 * cubic), 1), slopeAtZero);
  return tf.add(p, tf.mul(tf.mul(x, tf.mul(tf.mul(p, tf.sub(1, p)), 2)), du));
}
