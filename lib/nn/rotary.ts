import * as tf from "@tensorflow/tfjs-core";
import { tidy } from "../tensor/tidy.ts";

/** What {@linkcode rotary} needs for one batch: one row a token. */
export interface RotaryTable {
  readonly cos: tf.Tensor2D; // (tokens, heads · headDim)
  readonly sin: tf.Tensor2D; // (tokens, heads · headDim)
  readonly rotation: tf.Tensor2D; // (headDim, headDim)
}

/**
 * The angles of rotary position embedding (Su et al. 2021) for tokens at the given positions, in the order of
 * transformers' LLaMA: the first half of a head is paired with the second.
 *
 * @param positions the position of each token
 */
export function rotaryTable(
  positions: ArrayLike<number>,
  { heads, headDim, theta }: { heads: number; headDim: number; theta: number },
): RotaryTable {
  const half = headDim / 2;
  const angles = new Float32Array(positions.length * headDim);
  const frequency = Float64Array.from({ length: half }, (_, i) => theta ** (-i / half));
  for (let t = 0; t < positions.length; t++) {
    for (let i = 0; i < headDim; i++) angles[t * headDim + i] = positions[t]! * frequency[i % half]!;
  }
  const rotation = new Float32Array(headDim * headDim);
  for (let i = 0; i < half; i++) {
    rotation[(i + half) * headDim + i] = -1;
    rotation[i * headDim + i + half] = 1;
  }
  return tidy(() => {
    const table = tf.tensor2d(angles, [positions.length, headDim]);
    return {
      cos: tf.tile(tf.cos(table), [1, heads]),
      sin: tf.tile(tf.sin(table), [1, heads]),
      rotation: tf.tensor2d(rotation, [headDim, headDim]),
    };
  });
}

/** x (tokens, heads · headDim) with each head's pairs turned by the table's angles. */
export function rotary(x: tf.Tensor2D, { cos, sin, rotation }: RotaryTable): tf.Tensor2D {
  return tf.add(tf.mul(x, cos), tf.mul(turn(x, rotation), sin));
}

/** The gradient of {@linkcode rotary}: the same turn backwards. */
export function rotaryBackward(dy: tf.Tensor2D, { cos, sin, rotation }: RotaryTable): tf.Tensor2D {
  return tf.sub(tf.mul(dy, cos), turn(tf.mul(dy, sin), rotation));
}

/** (x₁, x₂) → (−x₂, x₁) in every head, as one product. */
function turn(x: tf.Tensor2D, rotation: tf.Tensor2D): tf.Tensor2D {
  const headDim = rotation.shape[0];
  return tf.reshape(tf.matMul(tf.reshape(x, [-1, headDim]), rotation), x.shape);
}
