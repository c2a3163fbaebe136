import * as tf from "@tensorflow/tfjs-core";
import { tidy } from "../tensor/tidy.ts";
import type { FactorGradients, FactorName, Factors } from "./factors.ts";
import { transposedProduct } from "./transposed_product.ts";
import { product } from "./product.ts";

/** Factors with the two that every low-rank update has. */
export type LowRankFactors = Factors & Required<Pick<Factors, "A" | "B">>;

/** Whether factors hold a low-rank update. */
export function isLowRank(factors: Factors): factors is LowRankFactors {
  return factors.A !== undefined && factors.B !== undefined;
}

/** What the forward pass keeps for the backward pass, each only where a gradient needs it. */
export interface LowRankSaved {
  readonly u: tf.Tensor2D | null; // x·Aᵀ (tokens, r), for lambda_d and N
  readonly v: tf.Tensor2D | null; // s·(u ⊙ lambda_d)·Nᵀ (tokens, r), for B and lambda_b
}

/** The factors of a product, s, and which of them train. */
export interface LowRankOperands {
  readonly factors: LowRankFactors;
  readonly scaling: number;
  readonly trains: readonly FactorName[];
}

/**
 * The inner part of a low-rank product: u = x·Aᵀ (tokens, r) → v = s·(u ⊙ lambda_d)·Nᵀ (tokens, r), and what the backward
 * pass needs.
 */
export function lowRankInner(
  u: tf.Tensor2D,
  { factors: { lambda_d, N }, scaling, trains }: LowRankOperands,
): { v: tf.Tensor2D; saved: LowRankSaved } {
  const scaled = lambda_d ? tf.mul<tf.Tensor2D>(u, lambda_d) : u; // (tokens, r)
  const v = tf.mul<tf.Tensor2D>(N ? product(scaled, N, false, true) : scaled, scaling); // (tokens, r)
  const saved = {
    u: trains.includes("lambda_d") || trains.includes("N") ? u : null,
    v: trains.includes("B") || trains.includes("lambda_b") ? v : null,
  };
  return { v, saved };
}

/** The outer part: v (tokens, r) → lambda_b ⊙ (v·Bᵀ) (tokens, m). */
export function lowRankOuter(v: tf.Tensor2D, { B, lambda_b }: LowRankFactors): tf.Tensor2D {
  const z = product(v, B, false, true);
  return lambda_b ? tf.mul(z, lambda_b) : z;
}

/**
 * The backward pass through both parts: dy (tokens, m) → du (tokens, r), of which dx = du·A, and the gradients of the
 * factors that train.
 *
 * @param dyB (dy ⊙ lambda_b)·B (tokens, r)
 * @param input gives x (tokens, n); asked only where `A` trains. With `N` alone trained (IntTune) the gradient needs x·Aᵀ and
 *   dy·B, never x itself.
 */
export function lowRankBackward(
  dy: tf.Tensor2D,
  dyB: tf.Tensor2D,
  { u, v }: LowRankSaved,
  { factors: { lambda_d, N, B, lambda_b }, scaling, trains }: LowRankOperands,
  input: () => tf.Tensor2D,
): { du: tf.Tensor2D; gradients: FactorGradients } {
  const dv = tf.mul<tf.Tensor2D>(dyB, scaling); // (tokens, r)
  const dScaled = N ? product(dv, N) : dv; // (tokens, r)
  const du = lambda_d ? tf.mul<tf.Tensor2D>(dScaled, lambda_d) : dScaled; // (tokens, r)
  const dz = () => lambda_b ? tf.mul<tf.Tensor2D>(dy, lambda_b) : dy; // (tokens, m)
  const inner = () => lambda_d ? tf.mul<tf.Tensor2D>(u!, lambda_d) : u!; // (tokens, r)
  return {
    du,
    gradients: {
      ...trains.includes("A") && { A: product(du, input(), true, false) }, // (r, n)
      ...trains.includes("lambda_d") && { lambda_d: tf.sum(tf.mul(dScaled, u!), 0) }, // (r)
      ...trains.includes("N") && { N: product(dv, inner(), true, false) }, // (r, r)
      ...trains.includes("B") && { B: transposedProduct(dz(), v!) }, // (m, r)
      ...trains.includes("lambda_b") && { lambda_b: tf.sum(tf.mul(dy, product(v!, B, false, true)), 0) }, // (m)
    },
  };
}

/** s·diag(lambda_b)·B·N·diag(lambda_d)·A (m, n), owned by the caller. */
export function lowRankDelta(factors: LowRankFactors, scaling: number): tf.Tensor2D {
  return tidy(() => tf.matMul<tf.Tensor2D>(outerFactor(factors, scaling), factors.A));
}

/** s·diag(lambda_b)·B·N·diag(lambda_d) (m, r): with it the update is that of plain LoRA, outerFactor·A; owned by the caller. */
export function outerFactor({ lambda_d, N, B, lambda_b }: LowRankFactors, scaling: number): tf.Tensor2D {
  return tidy(() => {
    const rows = lambda_b ? tf.mul<tf.Tensor2D>(B, tf.expandDims(lambda_b, 1)) : B; // (m, r)
    const inner = N ? tf.matMul<tf.Tensor2D>(rows, N) : rows; // (m, r)
    return tf.mul<tf.Tensor2D>(lambda_d ? tf.mul(inner, lambda_d) : inner, scaling);
  });
}
