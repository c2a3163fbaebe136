import * as tf from "@tensorflow/tfjs-core";
import { tidy } from "../tensor/tidy.ts";

/**
 * How a model's angles reach farther than its first training: `linear` turns all pairs slower by the factor (Chen et al. 2023,
 * arXiv 2306.15595); `llama3` only those whose wavelength is long, with a passage between (Grattafiori et al. 2024, arXiv
 * 2407.21783, section 3.2). Names and meaning are those of transformers' `rope_scaling`.
 */
export type RotaryScaling = { readonly rope_type: "linear"; readonly factor: number } | {
  readonly rope_type: "llama3";
  readonly factor: number;
  readonly low_freq_factor: number;
  readonly high_freq_factor: number;
  readonly original_max_position_embeddings: number;
};

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
 * @param scaling by default none
 */
export function rotaryTable(
  positions: ArrayLike<number>,
  { heads, headDim, theta, scaling }: {
    heads: number;
    headDim: number;
    theta: number;
    scaling?: RotaryScaling | undefined;
  },
): RotaryTable {
  const half = headDim / 2;
  const angles = new Float32Array(positions.length * headDim);
  const frequency = Float64Array.from({ length: half }, (_, i) => scaled(theta ** (-i / half), scaling));
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

/** A pair's angle for one position, in radians. */
function scaled(frequency: number, scaling: RotaryScaling | undefined): number {
  if (!scaling) return frequency;
  const slow = frequency / scaling.factor;
  if (scaling.rope_type === "linear") return slow;
  const turns = scaling.original_max_position_embeddings * frequency / (2 * Math.PI);
  const { low_freq_factor: low, high_freq_factor: high } = scaling;
  const kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
  return kept * frequency + (1 - kept) * slow;
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
