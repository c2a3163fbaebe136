import * as tf from "@tensorflow/tfjs-core";
import { transposedProduct } from "./transposed_product.ts";
import { product } from "./product.ts";

/** What the forward pass of {@linkcode attention} keeps for the backward pass; the weights are made anew, since they are large. */
export interface AttentionSaved {
  readonly q: tf.Tensor3D;
  readonly k: tf.Tensor3D;
  readonly v: tf.Tensor3D;
}

/** Keys and values of earlier tokens, in the slots of a cache: those that the mask does not hide. */
export interface PastKeyValues {
  readonly k: tf.Tensor3D; // (heads, slots, d)
  readonly v: tf.Tensor3D; // (heads, slots, d)
}

/**
 * Scaled dot-product attention (Vaswani et al. 2017): softmax(q·kᵀ/√d + mask)·v for each head.
 * Grouped queries share a key head by standing in one row block of `q` (see {@linkcode splitHeads}).
 *
 * @param q (heads, queries, d)
 * @param k (heads, keys, d)
 * @param v (heads, keys, d)
 * @param mask added to the scores: 0 where a query may look, −1e9 where it may not; broadcast to (heads, queries, keys)
 * @param past stands before the keys and values, and before them in the mask, without being copied; there is no backward
 *   pass through it
 */
export function attention(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  mask: tf.Tensor3D | null,
  past: PastKeyValues | null = null,
): { y: tf.Tensor3D; saved: AttentionSaved } {
  const weights = softmaxWeights(q, k, mask, past);
  const saved = { q, k, v };
  if (!past) return { y: product(weights, v), saved };
  const [before, after] = tf.split(weights, [past.v.shape[1], v.shape[1]], 2) as [tf.Tensor3D, tf.Tensor3D];
  return { y: tf.add(product(before, past.v), product(after, v)), saved };
}

/** The weights (heads, queries, keys) by which {@linkcode attention} without a past multiplied the values, made anew. */
export function attentionWeights({ q, k }: AttentionSaved, mask: tf.Tensor3D | null): tf.Tensor3D {
  return softmaxWeights(q, k, mask, null);
}

function softmaxWeights(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  mask: tf.Tensor3D | null,
  past: PastKeyValues | null,
): tf.Tensor3D {
  const scaled = tf.mul<tf.Tensor3D>(q, q.shape[2] ** -0.5);
  const own = product(scaled, k, false, true); // (heads, queries, keys)
  const scores = past ? tf.concat([product(scaled, past.k, false, true), own], 2) : own;
  return tf.softmax(mask ? tf.add<tf.Tensor3D>(scores, mask) : scores);
}

/**
 * The gradients of {@linkcode attention}: dy (heads, queries, d) → dq, dk, dv.
 *
 * @param weights as {@linkcode attentionWeights} gives them
 */
export function attentionBackward(
  dy: tf.Tensor3D,
  { q, k, v }: AttentionSaved,
  weights: tf.Tensor3D,
): { dq: tf.Tensor3D; dk: tf.Tensor3D; dv: tf.Tensor3D } {
  const dWeights = tf.mul(product(dy, v, false, true), weights); // (heads, queries, keys)
  const dScores = tf.mul(
    tf.sub(dWeights, tf.mul(weights, tf.sum(dWeights, -1, true))),
    q.shape[2] ** -0.5,
  ) as tf.Tensor3D;
  return {
    dq: product(dScores, k),
    dk: transposedProduct(dScores, q),
    dv: transposedProduct(weights, dy),
  };
}
