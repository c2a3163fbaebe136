import * as tf from "@tensorflow/tfjs-core";
import { randomizedSvd } from "../linalg/randomized_svd.ts";
import { svd } from "../linalg/svd.ts";
import { tidy } from "../tensor/tidy.ts";
import type { Method } from "./method.ts";

/**
 * PiSSA (Meng et al. 2024, arXiv 2404.02948, equations 2–4): A = √(S/s)·Vᵀ and B = U·√(S/s) from the leading singular
 * triplets of W, which are taken off the frozen weight. The triplets come from a randomized SVD with four power
 * iterations (`fast`, PEFT's `pissa_niter_4`), or from the whole SVD (`exact`).
 */
export const pissa: Method = {
  name: "pissa",
  title: "PiSSA",
  trains: ["A", "B"],
  learningRate: 2e-4,
  exactStart: true,
  fromWeight: true,
  choices: ["init"],
  inits: ["fast", "exact"],
  async init(weight, { rank, scaling, init }, random) {
    const { u, s, v } = init === "exact" ? await svd(weight) : await randomizedSvd(weight, rank, random);
    const factors = tidy(() => {
      const root = tf.tensor1d(Float32Array.from(s.subarray(0, rank), (sigma) => Math.sqrt(sigma / scaling))); // (r)
      const leading = (x: tf.Tensor2D) => tf.slice(x, [0, 0], [-1, rank]);
      return {
        A: tf.transpose<tf.Tensor2D>(tf.mul(leading(v), root)),
        B: tf.mul<tf.Tensor2D>(leading(u), root),
      };
    });
    tf.dispose([u, v]);
    return { factors, residual: true };
  },
};
