import type * as tf from "@tensorflow/tfjs-core";
import { type Activation, activations } from "../nn/activation.ts";
import type { LinearSaved } from "../nn/adapted_linear.ts";
import type { FactorGradients } from "../nn/factors.ts";
import type { Linear } from "../nn/linear.ts";

/** A linear map and the activation after it: BERT's and DeBERTa's pooler, or the first map of RoBERTa's head. */
export interface HeadDense {
  readonly linear: Linear;
  readonly activation: Activation;
}

/** What the forward pass keeps for the backward pass. */
export interface HeadSaved {
  readonly dense: { readonly x: tf.Tensor2D; readonly saved: LinearSaved } | null; // x (sequences, d) before the activation
  readonly pooled: tf.Tensor2D; // (sequences, d)
  readonly output: LinearSaved;
}

/**
 * From the first hidden state of each sequence to its logits: a dense map with its activation, where there is one, and the
 * output map. It owns its maps.
 */
export class SequenceHead {
  constructor(readonly dense: HeadDense | null, readonly output: Linear) {}

  /** Every linear map of the head. */
  get linears(): Linear[] {
    return this.dense ? [this.dense.linear, this.output] : [this.output];
  }

  /** first (sequences, d) → logits (sequences, labels). To be called inside `tf.tidy`. */
  forward(first: tf.Tensor2D): { logits: tf.Tensor2D; saved: HeadSaved } {
    const dense = this.dense?.linear.forward(first) ?? null;
    const pooled = dense ? activations[this.dense!.activation].forward(dense.y) : first; // (sequences, d)
    const output = this.output.forward(pooled);
    return {
      logits: output.y,
      saved: { dense: dense && { x: dense.y, saved: dense.saved }, pooled, output: output.saved },
    };
  }

  /**
   * The gradients by the first hidden states and by the factors that train: dLogits (sequences, labels) → dFirst
   * (sequences, d). To be called inside `tf.tidy`.
   *
   * @param first as in {@linkcode SequenceHead.forward}
   */
  backward(
    dLogits: tf.Tensor2D,
    first: tf.Tensor2D,
    { dense, pooled, output }: HeadSaved,
  ): { dFirst: tf.Tensor2D; gradients: Map<string, FactorGradients> } {
    const last = this.output.backward(dLogits, output, () => pooled);
    const gradients = new Map([[this.output.name, last.gradients]]);
    if (!dense) return { dFirst: last.dx, gradients };
    const { linear, activation } = this.dense!;
    const dx = activations[activation].backward(last.dx, dense.x);
    const before = linear.backward(dx, dense.saved, () => first);
    gradients.set(linear.name, before.gradients);
    return { dFirst: before.dx, gradients };
  }

  dispose(): void {
    for (const linear of this.linears) linear.dispose();
  }
}
