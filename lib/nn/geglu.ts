import * as tf from "@tensorflow/tfjs-core";
import { gelu, geluBackward } from "./gelu.ts";

/** GeGLU's activation (Shazeer 2020): gelu(gate) · up in GELU's tanh form, element by element; all (tokens, d). */
export function geglu(gate: tf.Tensor2D, up: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(gelu(gate, "tanh"), up);
}

/** The gradients of {@linkcode geglu}, which recomputes its activation instead of keeping it. */
export function gegluBackward(
  dy: tf.Tensor2D,
  gate: tf.Tensor2D,
  up: tf.Tensor2D,
): { dGate: tf.Tensor2D; dUp: tf.Tensor2D } {
  return { dGate: geluBackward(tf.mul(dy, up), gate, "tanh"), dUp: tf.mul(dy, gelu(gate, "tanh")) };
}
