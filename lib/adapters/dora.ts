import * as tf from "@tensorflow/tfjs-core";
import { tidy } from "../tensor/tidy.ts";
import { lora } from "./lora.ts";
import type { Method } from "./method.ts";

/**
 * DoRA (Liu et al. 2024, arXiv 2402.09353, equation 5): W' = magnitude ⊙ (W + s·B·A) / ‖W + s·B·A‖ row by row (a row is
 * one output), with LoRA's start for A and B, and the magnitudes the lengths of W's rows, so that W' = W at the start.
 * The gradient holds the norm in the denominator fixed (section 4.3), which saves memory at next to no loss.
 */
export const dora: Method = {
  ...lora,
  name: "dora",
  title: "DoRA",
  trains: ["A", "B", "magnitude"],
  async init(weight, options, random) {
    const { factors, residual } = await lora.init(weight, options, random);
    return {
      factors: { ...factors, magnitude: tidy(() => tf.norm(weight, "euclidean", 1) as tf.Tensor1D) },
      residual,
    };
  },
};
