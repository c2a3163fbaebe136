import * as tf from "@tensorflow/tfjs-core";
import { randomizedSvd } from "../linalg/randomized_svd.ts";
import type { Method } from "./method.ts";

/**
 * LoRA-XS (Bałazy et al. 2024, arXiv 2405.17604): ΔW = s·B·N·A with B = U·S and A = Vᵀ from the leading singular
 * triplets of W, both frozen, and N ~ N(0, (10⁻⁵)²), which alone trains. The nearest rival of IntTune: as many
 * parameters, but a start that needs an SVD.
 */
export const loraXs: Method = {
  name: "lora-xs",
  title: "LoRA-XS",
  trains: ["N"],
  learningRate: 2e-3,
  exactStart: false,
  fromWeight: true,
  choices: [],
  inits: [],
  async init(weight, { rank }, random) {
    const { u, s, v } = await randomizedSvd(weight, rank, random);
    const factors = tf.tidy(() => ({
      A: tf.transpose<tf.Tensor2D>(v),
      B: tf.mul<tf.Tensor2D>(u, tf.tensor1d(Float32Array.from(s))),
    }));
    tf.dispose([u, v]);
    const N = tf.tensor2d(random.normal(rank * rank, 0, 1e-5), [rank, rank]);
    return { factors: { ...factors, N }, residual: false };
  },
};
