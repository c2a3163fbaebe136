import * as tf from "@tensorflow/tfjs-core";
import { product } from "./product.ts";
import { relativeShift, relativeShiftBackward } from "./relative_shift.ts";
import { transposedProduct } from "./transposed_product.ts";

/** Heads stand before sequences: the batch's tokens of one head lie together. */
export interface DisentangledOperands {
  readonly q: tf.Tensor3D; // (heads, batch · n, d)
  readonly k: tf.Tensor3D; // (heads, batch · n, d)
  readonly v: tf.Tensor3D; // (heads, batch · n, d)
  /** Keys of the distances query − key from n − 1 down to −n. */
  readonly positionK: tf.Tensor3D; // (heads, 2n, d)
  /** Queries of the same distances. */
  readonly positionQ: tf.Tensor3D; // (heads, 2n, d)
}

/** What the forward pass of {@linkcode disentangledAttention} keeps for the backward pass. */
export interface DisentangledSaved extends DisentangledOperands {
  readonly weights: tf.Tensor3D; // (heads · batch, n, n)
}

/** Content to content, content to position, position to content. */
const terms = 3;

/**
 * Disentangled attention (He et al. 2021, arXiv 2006.03654, equation 4): softmax(S/√(3d) + mask)·v for each head, with
 * S[i, j] = q_i·k_j + q_i·positionK[i − j] + k_j·positionQ[i − j].
 *
 * @param mask added to the scores (heads · batch, 1, n): 0 for tokens, −1e9 for padding
 * @returns `y` (heads, batch · n, d), and what the backward pass needs
 */
export function disentangledAttention(
  operands: DisentangledOperands,
  mask: tf.Tensor3D,
): { y: tf.Tensor3D; saved: DisentangledSaved } {
  const { q, k, v, positionK, positionQ } = operands;
  const n = mask.shape[2];
  const scale = scaleOf(q);
  const scaled = tf.mul<tf.Tensor3D>(q, scale);
  const content = product(bySequence(scaled, n), bySequence(k, n), false, true); // (heads · batch, n, n)
  const toPosition = product(scaled, positionK, false, true); // (heads, batch · n, 2n)
  const fromPosition = product(k, ascending(tf.mul(positionQ, scale)), false, true); // (heads, batch · n, 2n)
  const scores = tf.addN([
    content,
    relativeShift(bySequence(toPosition, n), n - 1),
    tf.transpose(relativeShift(bySequence(fromPosition, n), n), [0, 2, 1]),
  ]);
  const weights = tf.softmax(tf.add(scores, mask)) as tf.Tensor3D;
  const y = product(weights, bySequence(v, n));
  return { y: tf.reshape(y, v.shape), saved: { ...operands, weights } };
}

/** The gradients of {@linkcode disentangledAttention} by its operands: dy (heads, batch · n, d). */
export function disentangledAttentionBackward(
  dy: tf.Tensor3D,
  { q, k, v, positionK, positionQ, weights }: DisentangledSaved,
): { [name in keyof DisentangledOperands]: tf.Tensor3D } {
  const n = weights.shape[1];
  const dOut = bySequence(dy, n);
  const dWeights = tf.mul(product(dOut, bySequence(v, n), false, true), weights); // (heads · batch, n, n)
  const dScores = tf.mul<tf.Tensor3D>(
    tf.sub(dWeights, tf.mul(weights, tf.sum(dWeights, -1, true))),
    scaleOf(q),
  );
  const byHead = (x: tf.Tensor3D) => tf.reshape(x, [q.shape[0], q.shape[1], x.shape[2]]) as tf.Tensor3D;
  const dToPosition = byHead(relativeShiftBackward(dScores, n - 1)); // (heads, batch · n, 2n)
  const dFromPosition = byHead(relativeShiftBackward(tf.transpose(dScores, [0, 2, 1]), n));
  return {
    q: tf.add(byHead(product(dScores, bySequence(k, n))), product(dToPosition, positionK)),
    k: tf.add(
      byHead(transposedProduct(dScores, bySequence(q, n))),
      product(dFromPosition, ascending(positionQ)),
    ),
    v: byHead(transposedProduct(weights, dOut)),
    positionK: transposedProduct(dToPosition, q),
    positionQ: ascending(transposedProduct(dFromPosition, k)),
  };
}

function scaleOf(q: tf.Tensor3D): number {
  return (terms * q.shape[2]) ** -0.5;
}

/** (heads, batch · n, …) → (heads · batch, n, …). */
function bySequence(x: tf.Tensor3D, n: number): tf.Tensor3D {
  return tf.reshape(x, [-1, n, x.shape[2]]);
}

/** Rows of distances in the other order: from −n up to n − 1, or back. */
function ascending(x: tf.Tensor3D): tf.Tensor3D {
  return tf.reverse(x, 1);
}
