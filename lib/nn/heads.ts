import * as tf from "@tensorflow/tfjs-core";

/** How tokens and heads are laid out: query heads in groups that share one key and value head. */
export interface HeadLayout {
  readonly batch: number;
  readonly kvHeads: number;
  /** Query heads for each key and value head; 1 for keys and values themselves. */
  readonly groups: number;
  readonly headDim: number;
}

/** x (batch · length, kvHeads · groups · headDim) → (batch · kvHeads, groups · length, headDim). */
export function splitHeads(x: tf.Tensor2D, { batch, kvHeads, groups, headDim }: HeadLayout): tf.Tensor3D {
  const length = x.shape[0] / batch;
  const parts = tf.reshape(x, [batch, length, kvHeads, groups, headDim]);
  return tf.reshape(tf.transpose(parts, [0, 2, 3, 1, 4]), [batch * kvHeads, groups * length, headDim]);
}

/** The inverse of {@linkcode splitHeads}, and so the gradient of it. */
export function mergeHeads(x: tf.Tensor3D, { batch, kvHeads, groups, headDim }: HeadLayout): tf.Tensor2D {
  const length = x.shape[1] / groups;
  const parts = tf.reshape(x, [batch, kvHeads, groups, length, headDim]);
  return tf.reshape(tf.transpose(parts, [0, 3, 1, 2, 4]), [batch * length, kvHeads * groups * headDim]);
}
