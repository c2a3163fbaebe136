import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../usage_error.ts";
import { gelu, geluBackward } from "./gelu.ts";

/** A function of single numbers, and its gradient. */
export interface Elementwise {
  forward(x: tf.Tensor2D): tf.Tensor2D;
  /** The gradient by x, which computes the function anew instead of keeping it. */
  backward(dy: tf.Tensor2D, x: tf.Tensor2D): tf.Tensor2D;
}

const tanhGelu: Elementwise = {
  forward: (x) => gelu(x, "tanh"),
  backward: (dy, x) => geluBackward(dy, x, "tanh"),
};

const names = ["gelu", "gelu_new", "gelu_pytorch_tanh", "relu", "tanh"] as const;

/** An activation by its name in transformers' configurations. */
export type Activation = typeof names[number];

/** The activation functions with their gradients. */
export const activations: Readonly<Record<Activation, Elementwise>> = {
  gelu: { forward: (x) => gelu(x), backward: (dy, x) => geluBackward(dy, x) },
  gelu_new: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  relu: { forward: (x) => tf.relu(x), backward: (dy, x) => tf.mul(dy, tf.cast(tf.greater(x, 0), "float32")) },
  tanh: { forward: (x) => tf.tanh(x), backward: (dy, x) => tf.mul(dy, tf.sub(1, tf.square(tf.tanh(x)))) },
};

/**
 * The activation of this name.
 *
 * @throws UsageError for one that is not in the table
 */
export function findActivation(name: string): Activation {
  const found = names.find((known) => known === name);
  if (found) return found;
  throw new UsageError(
    `the activation ${JSON.stringify(name)} is not computed; known are ${names.join(", ")}`,
  );
}
