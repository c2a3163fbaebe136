import * as tf from "@tensorflow/tfjs-core";
import { kaimingUniform } from "./kaiming.ts";
import type { Method } from "./method.ts";

/** LoRA (Hu et al. 2021, arXiv 2106.09685): ΔW = s·B·A, A Kaiming-uniform, B = 0, so that ΔW = 0 at the start. */
export const lora: Method = {
  name: "lora",
  title: "LoRA",
  trains: ["A", "B"],
  learningRate: 2e-4,
  exactStart: true,
  nystrom: false,
  init(weight, { rank }, random) {
    const [m, n] = weight.shape;
    return Promise.resolve({
      A: kaimingUniform(rank, n, random),
      N: null,
      B: tf.zeros([m, rank]),
      residual: false,
    });
  },
};
