import type * as tf from "@tensorflow/tfjs-core";
import type { FactorGradients } from "../nn/factors.ts";
import type { Precision } from "../nn/product.ts";

/** How loss and gradients are computed. */
export interface PassOptions {
  /**
   * Keeps the input of each layer alone and makes the rest anew on the way back, which saves most of the memory of the
   * activations for a second forward pass (Chen et al. 2016, arXiv 1604.06174); by default false.
   */
  readonly recompute?: boolean;
  /** Of the products in the layers, on the tensorflow backend; by default float32. */
  readonly precision?: Precision;
}

/** Loss and gradients of one batch. */
export interface LossAndGradients {
  /** Scalar, in nats. */
  readonly loss: tf.Scalar;
  /** For each linear map with trained factors, by its name. */
  readonly gradients: ReadonlyMap<string, FactorGradients>;
}
