import * as tf from "@tensorflow/tfjs-core";
import { kaimingUniform } from "./kaiming.ts";
import type { Method } from "./method.ts";

/**
 * SLoRA, StructuredLoRA (arXiv 2502.14482): ΔW = s·B·N·A with a small r×r matrix between LoRA's two; A and N
 * Kaiming-uniform, B = 0, so that ΔW = 0 at the start.
 */
export const slora: Method = {
  name: "slora",
  title: "SLoRA",
  trains: ["A", "N", "B"],
  learningRate: 2e-4,
  exactStart: true,
  nystrom: false,
  init(weight, { rank }, random) {
    const [m, n] = weight.shape;
    return Promise.resolve({
      A: kaimingUniform(rank, n, random),
      N: kaimingUniform(rank, rank, random),
      B: tf.zeros([m, rank]),
      residual: false,
    });
  },
};
