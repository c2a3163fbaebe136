import type * as tf from "@tensorflow/tfjs-core";
import { type Activation, activations } from "../nn/activation.ts";
import { adaptedLinear, adaptedLinearBackward, type LinearSaved } from "../nn/adapted_linear.ts";
import type { EncoderOperands, MapGradients } from "./encoder_layer.ts";

/** What the forward pass keeps for the backward pass. */
export interface FeedForwardSaved {
  readonly z: tf.Tensor2D; // before the activation (tokens, ffn)
  readonly intermediate: LinearSaved;
  readonly output: LinearSaved;
}

/** Two linear maps with an activation between them: x (tokens, d) → (tokens, d). To be called inside `tf.tidy`. */
export function feedForward(
  linears: EncoderOperands["linears"],
  x: tf.Tensor2D,
  activation: Activation,
): { y: tf.Tensor2D; saved: FeedForwardSaved } {
  const intermediate = adaptedLinear(x, linears.intermediate);
  const output = adaptedLinear(activations[activation].forward(intermediate.y), linears.output);
  return {
    y: output.y,
    saved: { z: intermediate.y, intermediate: intermediate.saved, output: output.saved },
  };
}

/**
 * The backward pass of {@linkcode feedForward}: dy (tokens, d) → dx (tokens, d), and the gradients of the factors that train.
 *
 * @param x gives the input again; asked only where a gradient needs it
 */
export function feedForwardBackward(
  linears: EncoderOperands["linears"],
  x: () => tf.Tensor2D,
  dy: tf.Tensor2D,
  { z, ...saved }: FeedForwardSaved,
  activation: Activation,
): { dx: tf.Tensor2D; gradients: MapGradients<"intermediate" | "output"> } {
  const { forward, backward } = activations[activation];
  const output = adaptedLinearBackward(dy, saved.output, linears.output, () => forward(z));
  const dz = backward(output.dx, z); // (tokens, ffn)
  const intermediate = adaptedLinearBackward(dz, saved.intermediate, linears.intermediate, x);
  return {
    dx: intermediate.dx,
    gradients: { intermediate: intermediate.gradients, output: output.gradients },
  };
}
