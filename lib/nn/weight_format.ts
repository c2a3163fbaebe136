import type * as tf from "@tensorflow/tfjs-core";

/** The tensors of a packed weight (m, n), each with a row for each of its rows. */
export interface PackedParts {
  /** Several numbers in each int32, the first in the lowest bits (m, n / numbers). */
  readonly codes: tf.Tensor2D;
  /** By which the codes are multiplied: one for each of the equal blocks of a row (m, blocks). */
  readonly scales?: tf.Tensor2D;
  /** What is added to each block then (m, blocks). */
  readonly minima?: tf.Tensor2D;
}

/** A way to keep the numbers of a weight in less memory than float32. */
export interface WeightFormat {
  /** What the length n of a row must be a multiple of. */
  readonly multiple: number;
  /** Rounds the numbers of a matrix, row by row, with n numbers in each; the caller owns the parts. */
  pack(values: Float32Array, n: number): PackedParts;
  /** The numbers again (m, n) in float32, by operations on bits. To be called inside `tf.tidy`. */
  unpack(parts: PackedParts): tf.Tensor2D;
}
