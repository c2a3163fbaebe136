import type * as tf from "@tensorflow/tfjs-core";
import type { NystromCore } from "../linalg/nystrom.ts";
import type { FactorName } from "../nn/linear.ts";
import type { Random } from "../tensor/random.ts";

/** What the start of one linear map depends on. */
export interface StartOptions {
  readonly rank: number;
  /** s = alpha / rank. */
  readonly scaling: number;
  /** The Nyström core, for the methods that have one. */
  readonly core: NystromCore;
  /** Whether the start is taken off the weight, so that the adapted model begins as the given one. */
  readonly residual: boolean;
}

/** The factors that a method begins with, owned by the caller. */
export interface Start {
  readonly A: tf.Tensor2D; // (r, n)
  readonly N: tf.Tensor2D | null; // (r, r)
  readonly B: tf.Tensor2D; // (m, r)
  /** Whether the weight becomes W − s·B·N·A. */
  readonly residual: boolean;
}

/** A method of low-rank adaptation: how it begins and what it trains. All methods share one forward, s·B·N·A beside W. */
export interface Method {
  readonly name: string;
  /** As the literature writes it. */
  readonly title: string;
  readonly trains: readonly FactorName[];
  /** The learning rate used where none is given. */
  readonly learningRate: number;
  /** Whether the adapted model begins exactly as the given one (with `residual`, where that is an option). */
  readonly exactStart: boolean;
  /** Whether `core` and `residual` mean anything to the method. */
  readonly nystrom: boolean;
  /** Makes the factors for a weight W (m, n). */
  init(weight: tf.Tensor2D, options: StartOptions, random: Random): Promise<Start>;
}
