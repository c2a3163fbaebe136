import type * as tf from "@tensorflow/tfjs-core";

/**
 * The tensors of an update of a weight W (m, n). Which of them are there gives it its form:
 *
 * W' = g ⊙ (W + s·diag(lambda_b)·B·N·diag(lambda_d)·A + delta), where g scales the rows so that row i has the length
 * magnitude_i; without `magnitude` g is 1. `bias` is added to what the map gives.
 */
export interface Factors {
  readonly A?: tf.Tensor2D; // (r, n)
  readonly lambda_d?: tf.Tensor1D; // (r)
  readonly N?: tf.Tensor2D; // (r, r)
  readonly B?: tf.Tensor2D; // (m, r)
  readonly lambda_b?: tf.Tensor1D; // (m)
  readonly delta?: tf.Tensor2D; // (m, n)
  readonly magnitude?: tf.Tensor1D; // (m)
  readonly bias?: tf.Tensor1D; // (m)
}

/** The names of the factors, in the order in which they are stored and trained. */
export const factorNames = ["A", "lambda_d", "N", "B", "lambda_b", "delta", "magnitude", "bias"] as const;

/** One of the names of the factors. */
export type FactorName = typeof factorNames[number];

/** The shape that a factor of rank r has beside a weight (m, n). */
export function factorShape(name: FactorName, [m, n]: readonly [number, number], r: number): number[] {
  const shapes: Record<FactorName, number[]> = {
    A: [r, n],
    lambda_d: [r],
    N: [r, r],
    B: [m, r],
    lambda_b: [m],
    delta: [m, n],
    magnitude: [m],
    bias: [m],
  };
  return shapes[name];
}

/** Gradients of the factors that train. */
export type FactorGradients = { readonly [name in FactorName]?: tf.Tensor };
