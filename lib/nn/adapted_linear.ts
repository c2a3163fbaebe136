import * as tf from "@tensorflow/tfjs-core";
import { dense } from "./dense.ts";
import type { FactorGradients, FactorName, Factors } from "./factors.ts";
import {
  isLowRank,
  lowRankBackward,
  lowRankDelta,
  lowRankInner,
  type LowRankOperands,
  lowRankOuter,
  type LowRankSaved,
} from "./low_rank.ts";
import { offsetFactors, rowScales } from "./update.ts";
import { unpack, type Weight } from "./weight.ts";
import { isMixed, product } from "./product.ts";

/** A weight, what is added to its product, and the update beside it, as plain data. */
export interface LinearOperands {
  readonly weight: Weight; // (m, n)
  readonly biases: readonly tf.Tensor1D[]; // (m) each
  readonly update: {
    readonly factors: Factors;
    /** N₀ (r, r) where the update is that of N − N₀. */
    readonly offset: tf.Tensor2D | null;
    readonly scaling: number;
    readonly trains: readonly FactorName[];
    readonly rowNorms: tf.Tensor1D | null; // (m)
    /** Whether A is the first r rows of the weight and B its first r columns, as for IntTune. */
    readonly leading: boolean;
  } | null;
}

/** What the forward pass keeps for the backward pass. */
export interface LinearSaved {
  readonly lowRank: LowRankSaved | null;
  /** y before the rows of the weight are scaled (tokens, m), where the magnitudes train. */
  readonly unscaled: tf.Tensor2D | null;
}

/**
 * A linear map with its update, y = x·W'ᵀ + biases (see {@linkcode Factors} for W'): x (tokens, n) → (tokens, m).
 *
 * A product of low rank stands beside the weight, or is folded into it where that costs less (see {@linkcode folds}). Where A
 * and B are the weight's own first rows and columns, it goes along with the weight's products (see {@linkcode alongForward}).
 * In mixed precision nothing is folded, since the rounding of the sum would lose an update that is small beside the weight.
 */
export function adaptedLinear(
  x: tf.Tensor2D,
  operands: LinearOperands,
): { y: tf.Tensor2D; saved: LinearSaved } {
  const { update } = operands;
  const weight = unpack(operands.weight);
  if (!update) return { y: shifted(dense(x, weight), operands), saved: { lowRank: null, unscaled: null } };
  const { y: sum, saved: lowRank } = unscaledForward(x, weight, update); // (tokens, m)
  const scales = rowScales(update); // (m)
  return {
    y: shifted(scales ? tf.mul(sum, scales) : sum, operands),
    saved: { lowRank, unscaled: update.trains.includes("magnitude") ? sum : null },
  };
}

/**
 * The backward pass of {@linkcode adaptedLinear}: dy (tokens, m) → dx (tokens, n) and the gradients of the factors that
 * train.
 *
 * @param input gives x (tokens, n) again; asked only where `A` or `delta` trains
 */
export function adaptedLinearBackward(
  dy: tf.Tensor2D,
  saved: LinearSaved,
  { weight: kept, update }: LinearOperands,
  input: () => tf.Tensor2D,
): { dx: tf.Tensor2D; gradients: FactorGradients } {
  const weight = unpack(kept);
  if (!update) return { dx: product(dy, weight), gradients: {} };
  const scales = rowScales(update); // (m)
  const dSum = scales ? tf.mul<tf.Tensor2D>(dy, scales) : dy; // (tokens, m)
  const { dx, gradients } = unscaledBackward(dSum, saved, weight, update, input);
  return {
    dx,
    gradients: {
      ...gradients,
      ...saved.unscaled &&
        { magnitude: tf.div(tf.sum(tf.mul(dy, saved.unscaled), 0), update.rowNorms!) }, // (m)
      ...update.trains.includes("bias") && { bias: tf.sum(dy, 0) }, // (m)
    },
  };
}

/**
 * Whether a product B·A of low rank is folded into the weight for one pass of so many tokens: m·n·r multiplications, instead
 * of tokens·r·width beside it, where width is the length of the rows that the pass would add to. Twice the tokens are asked
 * for, since folding also writes a weight.
 */
export function folds(tokens: number, [m, n]: readonly [number, number], width: number): boolean {
  return tokens * width > 2 * m * n;
}

function shifted(y: tf.Tensor2D, { biases }: LinearOperands): tf.Tensor2D {
  return biases.reduce((sum, bias) => tf.add(sum, bias), y);
}

type Beside = NonNullable<LinearOperands["update"]>;

function unscaledForward(
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  update: Beside,
): { y: tf.Tensor2D; saved: LowRankSaved | null } {
  const { scaling, leading } = update;
  const factors = actingFactors(update);
  if (!isLowRank(factors)) return { y: dense(x, tf.add(weight, factors.delta!)), saved: null };
  const operands: LowRankOperands = { ...update, factors };
  if (leading && !isMixed()) return alongForward(x, weight, operands);
  const fold = !isMixed() && folds(x.shape[0], weight.shape, weight.shape[0]);
  const base = dense(x, fold ? tf.add(weight, lowRankDelta(factors, scaling)) : weight); // (tokens, m)
  const u = product(x, factors.A, false, true); // (tokens, r)
  const { v, saved } = lowRankInner(u, operands);
  return { y: fold ? base : tf.add(base, lowRankOuter(v, factors)), saved };
}

function unscaledBackward(
  dy: tf.Tensor2D,
  saved: LinearSaved,
  weight: tf.Tensor2D,
  update: Beside,
  input: () => tf.Tensor2D,
): { dx: tf.Tensor2D; gradients: FactorGradients } {
  const { scaling, leading } = update;
  const factors = actingFactors(update);
  if (!isLowRank(factors)) {
    const dx = product(dy, tf.add<tf.Tensor2D>(weight, factors.delta!));
    return { dx, gradients: { delta: product(dy, input(), true, false) } }; // (m, n)
  }
  const operands: LowRankOperands = { ...update, factors };
  if (leading && !isMixed()) return alongBackward(dy, saved.lowRank!, weight, operands, input);
  const fold = !isMixed() && folds(dy.shape[0], weight.shape, weight.shape[1]);
  const base = product(dy, fold ? tf.add(weight, lowRankDelta(factors, scaling)) : weight); // (tokens, n)
  const { A, B, lambda_b } = factors;
  const dz = lambda_b ? tf.mul<tf.Tensor2D>(dy, lambda_b) : dy; // (tokens, m)
  const { du, gradients } = lowRankBackward(dy, product(dz, B), saved.lowRank!, operands, input);
  return { dx: fold ? base : tf.add(base, product(du, A)), gradients };
}

function actingFactors({ factors, offset }: Beside): Factors {
  return offset ? offsetFactors(factors, offset) : factors;
}

/**
 * x·Wᵀ + v·Bᵀ where A = W[:r] and B = W[:, :r]. The first r columns of x·Wᵀ are u = x·Aᵀ, of which v is made; in all others
 * v·Bᵀ is what W gives for v added to the first r columns of x. So beside x·Wᵀ itself only products with r×r matrices are left.
 */
function alongForward(
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  operands: LowRankOperands,
): { y: tf.Tensor2D; saved: LowRankSaved } {
  const { A, B } = operands.factors;
  const [r, m] = [A.shape[0], weight.shape[0]];
  const u = product(x, A, false, true); // (tokens, r)
  const { v, saved } = lowRankInner(u, operands);
  const first = tf.add<tf.Tensor2D>(u, product(v, tf.slice(B, [0, 0], [r, r]), false, true)); // (tokens, r)
  if (r === m) return { y: first, saved };
  const others = dense(addToFirst(x, v), tf.slice(weight, [r, 0], [m - r, -1])); // (tokens, m − r)
  return { y: tf.concat([first, others], 1), saved };
}

/** dx = dy·W + du·A likewise: the first r columns of dy·W are dy·B, and du·A is what W gives for du in the first r columns. */
function alongBackward(
  dy: tf.Tensor2D,
  saved: LowRankSaved,
  weight: tf.Tensor2D,
  operands: LowRankOperands,
  input: () => tf.Tensor2D,
): { dx: tf.Tensor2D; gradients: FactorGradients } {
  const { A, B } = operands.factors;
  const [r, n] = A.shape;
  const dyB = product(dy, B); // (tokens, r)
  const { du, gradients } = lowRankBackward(dy, dyB, saved, operands, input);
  const first = tf.add<tf.Tensor2D>(dyB, product(du, tf.slice(A, [0, 0], [r, r]))); // (tokens, r)
  if (r === n) return { dx: first, gradients };
  const others = product(addToFirst(dy, du), tf.slice(weight, [0, r], [-1, n - r])); // (tokens, n − r)
  return { dx: tf.concat([first, others], 1), gradients };
}

/** x with z (tokens, r) added to its first r columns. */
function addToFirst(x: tf.Tensor2D, z: tf.Tensor2D): tf.Tensor2D {
  return tf.add(x, tf.pad(z, [[0, 0], [0, x.shape[1] - z.shape[1]]]));
}
