import * as tf from "@tensorflow/tfjs-core";
import { randomizedSvd } from "../linalg/randomized_svd.ts";
import { tidy } from "../tensor/tidy.ts";
import type { Method } from "./method.ts";

/**
 * PiSSA (Meng et al. 2024, arXiv 2404.02948): A = √(S/s)·Vᵀ and B = U·√(S/s) from the leading singular triplets of W,
 * which are taken off the frozen weight. The triplets come from a randomized SVD, as in PiSSA's fast start.
 */
export const pissa: Method = {
  name: "pissa",
  title: "PiSSA",
  trains: ["A", "B"],
  learningRate: 2e-4,
  exactStart: true,
  nystrom: false,
  async init(weight, { rank, scaling }, random) {
    const { u, s, v } = await randomizedSvd(weight, rank, random);
    const factors = tidy(() => {
      const root = tf.tensor1d(Float32Array.from(s, (sigma) => Math.sqrt(sigma / scaling))); // (r)
      return { A: tf.transpose(tf.mul(v, root)) as tf.Tensor2D, B: tf.mul(u, root) as tf.Tensor2D };
    });
    tf.dispose([u, v]);
    return { ...factors, N: null, residual: true };
  },
};
