import * as tf from "@tensorflow/tfjs-core";
import { tidy } from "../tensor/tidy.ts";

/** What the forward pass of {@linkcode attention} keeps for the backward pass. */
export interface AttentionSaved {
  readonly q: tf.Tensor3D;
  readonly k: tf.Tensor3D;
  readonly v: tf.Tensor3D;
  readonly weights: tf.Tensor3D; // (heads, queries, keys)
}

/**
 * Scaled dot-product attention (Vaswani et al. 2017): softmax(q·kᵀ/√d + mask)·v for each head.
 * Grouped queries share a key head by standing in one row block of `q` (see {@linkcode splitHeads}).
 *
 * @param q (heads, queries, d)
 * @param k (heads, keys, d)
 * @param v (heads, keys, d)
 * @param mask added to the scores: 0 where a query may look, −1e9 where it may not; broadcast to (heads, queries, keys)
 */
export function attention(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  mask: tf.Tensor3D | null,
): { y: tf.Tensor3D; saved: AttentionSaved } {
  const scores = tf.matMul(tf.mul(q, q.shape[2] ** -0.5), k, false, true); // (heads, queries, keys)
  const weights = tf.softmax(mask ? tf.add(scores, mask) : scores) as tf.Tensor3D;
  return { y: tf.matMul(weights, v), saved: { q, k, v, weights } };
}

/** The gradients of {@linkcode attention}: dy (heads, queries, d) → dq, dk, dv. */
export function attentionBackward(
  dy: tf.Tensor3D,
  { q, k, v, weights }: AttentionSaved,
): { dq: tf.Tensor3D; dk: tf.Tensor3D; dv: tf.Tensor3D } {
  const dWeights = tf.mul(tf.matMul(dy, v, false, true), weights); // (heads, queries, keys)
  const dScores = tf.mul(
    tf.sub(dWeights, tf.mul(weights, tf.sum(dWeights, -1, true))),
    q.shape[2] ** -0.5,
  ) as tf.Tensor3D;
  return {
    dq: tf.matMul(dScores, k),
    dk: tf.matMul(dScores, q, true, false),
    dv: tf.matMul(weights, dy, true, false),
  };
}

/**
 * The additive causal mask of a batch padded on the left: a query looks at no later token and at no padding.
 *
 * @param padding tokens of padding before each sequence
 * @param past tokens already in the cache, before the `queries` new ones
 * @returns (batch · kvHeads, groups · queries, past + queries)
 */
export function causalMask(
  { padding, past, queries, kvHeads, groups }: {
    padding: readonly number[];
    past: number;
    queries: number;
    kvHeads: number;
    groups: number;
  },
): tf.Tensor3D {
  const keys = past + queries;
  const values = new Float32Array(padding.length * queries * keys).fill(-1e9);
  padding.forEach((pad, b) => {
    for (let q = 0; q < queries; q++) {
      const row = (b * queries + q) * keys;
      const last = past + q;
      // A padding row looks at itself, so that its softmax stays defined.
      values.fill(0, row + Math.min(pad, last), row + last + 1);
    }
  });
  return tidy(() =>
    tf.reshape(
      tf.tile(tf.tensor4d(values, [padding.length, 1, queries, keys]), [1, kvHeads * groups, 1, 1]),
      [padding.length * kvHeads, groups * queries, keys],
    )
  );
}
