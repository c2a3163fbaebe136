import type * as tf from "@tensorflow/tfjs-core";
import type { FactorGradients } from "../nn/factors.ts";
import type { Linear } from "../nn/linear.ts";
import type { PassOptions } from "./loss_and_gradients.ts";

/** Sequences of one forward pass. */
export interface EncoderInput {
  /** Sequences. */
  readonly size: number;
  /** Tokens of each, with padding. */
  readonly length: number;
}

/** A forward pass of an encoder that waits for its way back. */
export interface EncoderPass {
  readonly h: tf.Tensor2D; // the last hidden states (size · length, d)
  /**
   * The gradients of the factors that train, by the names of the linear maps: dh (size · length, d), which is disposed. To be
   * called once.
   */
  backward(dh: tf.Tensor2D): Map<string, FactorGradients>;
  /** Frees what is kept for the way back, and `h`. */
  dispose(): void;
}

/** An encoder without a head: from sequences to a hidden state for each token. */
export interface EncoderBody<Input extends EncoderInput> {
  /** Every linear map that can be adapted, by its dotted name, in the order of the layers. */
  readonly linears: ReadonlyMap<string, Linear>;
  /** Tokens of the longest sequence that it reads. */
  readonly longest: number;
  /** Numbers in the frozen weights. */
  readonly parameters: number;
  /** The last hidden states (size · length, d), owned by the caller. */
  hiddenStates(input: Input): tf.Tensor2D;
  /** The same with the way back; the caller disposes the pass. */
  forward(input: Input, options?: PassOptions): EncoderPass;
  dispose(): void;
}
