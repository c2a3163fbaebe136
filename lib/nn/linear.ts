import * as tf from "@tensorflow/tfjs-core";
import { dense } from "./dense.ts";

/** The factors of a low-rank update s·B·N·A, all on the backend. Without `N` the update is s·B·A. */
export interface Factors {
  readonly A: tf.Tensor2D; // (r, n)
  readonly N: tf.Tensor2D | null; // (r, r)
  readonly B: tf.Tensor2D; // (m, r)
  /** s = alpha / rank. */
  readonly scaling: number;
}

/** The names of the factors, in the order in which they are stored and trained. */
export const factorNames = ["A", "N", "B"] as const;

/** One of `A`, `N`, `B`. */
export type FactorName = typeof factorNames[number];

/** The low-rank update that stands beside a weight: its factors, and which of them train. */
export interface LowRankUpdate {
  factors: Factors;
  readonly trains: ReadonlySet<FactorName>;
  /** False while the update is folded into the weight. */
  active: boolean;
}

/** What the forward pass keeps for the backward pass. */
export interface LinearSaved {
  readonly u: tf.Tensor2D | null; // x·Aᵀ (tokens, r)
  readonly v: tf.Tensor2D | null; // s·u·Nᵀ (tokens, r), where the gradient of `B` needs it
}

/** Gradients of the factors that train. */
export type FactorGradients = { readonly [name in FactorName]?: tf.Tensor2D };

/**
 * A frozen linear map y = x·Wᵀ with, beside it, a low-rank update: y = x·Wᵀ + s·((x·Aᵀ)·Nᵀ)·Bᵀ.
 * The weight is (m, n) = (out, in), as in PyTorch.
 */
export class Linear {
  /** The low-rank update in use, or null. */
  update: LowRankUpdate | null = null;

  /**
   * @param name the dotted path in the model, such as `layers.0.self_attn.q_proj`
   * @param weight (m, n); owned by this object
   */
  constructor(readonly name: string, public weight: tf.Tensor2D) {}

  get outputs(): number {
    return this.weight.shape[0];
  }

  get inputs(): number {
    return this.weight.shape[1];
  }

  /** Takes a new weight of the same shape and disposes the old one. */
  replaceWeight(weight: tf.Tensor2D): void {
    this.weight.dispose();
    this.weight = weight;
  }

  /** x (tokens, n) → y (tokens, m). */
  forward(x: tf.Tensor2D): { y: tf.Tensor2D; saved: LinearSaved } {
    const base = dense(x, this.weight); // (tokens, m)
    if (!this.update?.active) return { y: base, saved: { u: null, v: null } };
    const { factors: { A, N, B, scaling }, trains } = this.update;
    const u = tf.matMul<tf.Tensor2D>(x, A, false, true); // (tokens, r)
    const v = tf.mul(N ? tf.matMul(u, N, false, true) : u, scaling) as tf.Tensor2D; // (tokens, r)
    const y = tf.add(base, tf.matMul(v, B, false, true)); // (tokens, m)
    return { y: y as tf.Tensor2D, saved: { u, v: trains.has("B") ? v : null } };
  }

  /**
   * dy (tokens, m) → dx (tokens, n) and the gradients of the factors that train.
   *
   * @param input gives x (tokens, n) again; asked only where `A` trains. With only `N` trained (IntTune) the gradient
   *   needs x·Aᵀ and dy·B, never x itself.
   */
  backward(
    dy: tf.Tensor2D,
    saved: LinearSaved,
    input: () => tf.Tensor2D,
  ): { dx: tf.Tensor2D; gradients: FactorGradients } {
    const base = tf.matMul<tf.Tensor2D>(dy, this.weight); // (tokens, n)
    if (!this.update?.active) return { dx: base, gradients: {} };
    const { factors: { A, N, B, scaling } } = this.update;
    const g = tf.mul(tf.matMul(dy, B), scaling) as tf.Tensor2D; // (tokens, r)
    const du = N ? tf.matMul<tf.Tensor2D>(g, N) : g; // (tokens, r)
    const dx = tf.add(base, tf.matMul(du, A)) as tf.Tensor2D; // (tokens, n)
    return { dx, gradients: this.#factorGradients(dy, g, du, saved, input) };
  }

  #factorGradients(
    dy: tf.Tensor2D,
    g: tf.Tensor2D,
    du: tf.Tensor2D,
    saved: LinearSaved,
    input: () => tf.Tensor2D,
  ): FactorGradients {
    const { factors: { N }, trains } = this.update!;
    return {
      ...trains.has("A") && { A: tf.matMul(du, input(), true, false) }, // (r, n)
      ...N && trains.has("N") && { N: tf.matMul(g, saved.u!, true, false) }, // (r, r)
      ...trains.has("B") && { B: tf.matMul(dy, saved.v!, true, false) }, // (m, r)
    };
  }

  dispose(): void {
    this.weight.dispose();
  }
}
