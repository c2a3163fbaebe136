import * as tf from "@tensorflow/tfjs-core";
import { tidy } from "../tensor/tidy.ts";
import type { TrainedCore } from "./core_form.ts";
import type { FactorName, Factors } from "./factors.ts";
import { isLowRank, lowRankDelta, type LowRankFactors, outerFactor } from "./low_rank.ts";

/** What stands beside a frozen weight W (m, n): factors, and which of them train. */
export interface Update {
  factors: Factors;
  /** s, by which the low-rank product is multiplied. */
  readonly scaling: number;
  readonly trains: ReadonlySet<FactorName>;
  /**
   * Factors whose product is taken off while the update is in use, or null: off the weight, or, where neither A nor B trains,
   * off the update, s·B·(N − N₀)·A, so that the weight stays as it is.
   */
  readonly start: LowRankFactors | null;
  /** Whether A is the first r rows of the weight as loaded, and B its first r columns. */
  readonly leading?: boolean;
  /** What N follows from, N = N₀ + f(θ), where θ trains in its place; null (or absent) where N trains as it is. */
  core?: { readonly trained: TrainedCore; readonly start: tf.Tensor2D } | null;
  /**
   * Of an update with `magnitude`: the lengths (m) of the rows of W + s·B·A when the factors were last set, else null.
   * The gradient holds them fixed, as DoRA does (arXiv 2402.09353, section 4.3).
   */
  rowNorms: tf.Tensor1D | null;
}

/** What trains of an update: a factor, or θ where N follows from it. */
export function trainedTensor({ factors, core }: Update, factor: FactorName): tf.Tensor {
  return factor === "N" && core ? core.trained.theta : factors[factor]!;
}

/** Whether the start of an update is taken off its N instead of the weight. */
export function keepsWeight({ start, trains }: Update): boolean {
  return start !== null && start.N !== undefined && !trains.has("A") && !trains.has("B");
}

/** What an update without magnitudes adds to the weight in use (m, n); owned by the caller. */
export function actingDelta(update: Update): tf.Tensor2D {
  const { factors, start, scaling } = update;
  return tidy(() =>
    additiveDelta(keepsWeight(update) ? offsetFactors(factors, start!.N!) : factors, scaling)
  );
}

/** The factors with N − N₀ for N. To be called inside `tf.tidy`. */
export function offsetFactors(factors: Factors, offset: tf.Tensor2D): Factors {
  return { ...factors, N: tf.sub(factors.N!, offset) };
}

/** W + s·B·N·A + delta (m, n): the update without its magnitudes; owned by the caller. */
function direction(weight: tf.Tensor2D, update: Update): tf.Tensor2D {
  return tidy(() => tf.add(weight, actingDelta(update)));
}

/** s·B·N·A + delta (m, n), owned by the caller. */
export function additiveDelta(factors: Factors, scaling: number): tf.Tensor2D {
  return isLowRank(factors) ? lowRankDelta(factors, scaling) : tf.clone(factors.delta!);
}

/**
 * The lengths (m) of the rows of W + P·A with P = s·B, for an update of low rank with magnitudes, without forming the sum:
 * ‖w‖² + 2·(w·Aᵀ)·p + p·(A·Aᵀ)·pᵀ for each row. Owned by the caller.
 */
export function rowNorms(weight: tf.Tensor2D, { factors, scaling }: Update): tf.Tensor1D {
  return tidy(() => {
    const { A } = factors as LowRankFactors;
    const outer = outerFactor(factors as LowRankFactors, scaling); // P (m, r)
    const across = tf.add(
      tf.mul(tf.matMul(weight, A, false, true), 2),
      tf.matMul(outer, tf.matMul(A, A, false, true)),
    );
    const squares = tf.add(tf.sum(tf.square(weight), 1), tf.sum(tf.mul(across, outer), 1)); // (m)
    return tf.sqrt(tf.relu(squares)) as tf.Tensor1D;
  });
}

/** magnitude / rowNorms (m): what each row is multiplied by; null without magnitudes. */
export function rowScales({ factors, rowNorms }: Pick<Update, "factors" | "rowNorms">): tf.Tensor1D | null {
  return factors.magnitude ? tf.div(factors.magnitude, rowNorms!) : null;
}

/** The updated weight W' (m, n) of a frozen one; owned by the caller. */
export function updatedWeight(weight: tf.Tensor2D, update: Update): tf.Tensor2D {
  return tidy(() => {
    const sum = direction(weight, update);
    const scales = rowScales(update);
    return scales ? tf.mul<tf.Tensor2D>(sum, tf.expandDims(scales, 1)) : sum;
  });
}

/** The frozen weight W (m, n) of an updated one; owned by the caller. */
export function frozenWeight(updated: tf.Tensor2D, update: Update): tf.Tensor2D {
  return tidy(() => {
    const scales = rowScales(update);
    const sum = scales ? tf.div<tf.Tensor2D>(updated, tf.expandDims(scales, 1)) : updated;
    return tf.sub(sum, actingDelta(update));
  });
}
