import * as tf from "@tensorflow/tfjs-core";
import { qr } from "../linalg/qr.ts";
import type { Method } from "./method.ts";

/**
 * OLoRA (Büyükakyüz 2024, arXiv 2406.01775): B and A from the QR decomposition of W, B the first r orthonormal columns
 * of Q and A the first r rows of R divided by s, which are taken off the frozen weight. Only W's first r columns are
 * decomposed: the rows of R that are needed follow from them as Qᵀ·W.
 */
export const olora: Method = {
  name: "olora",
  title: "OLoRA",
  trains: ["A", "B"],
  learningRate: 2e-4,
  exactStart: true,
  fromWeight: true,
  choices: [],
  inits: [],
  async init(weight, { rank, scaling }) {
    const columns = tf.slice(weight, [0, 0], [weight.shape[0], rank]);
    const { q: B, r } = await qr(columns);
    const A = tf.tidy(() => tf.div<tf.Tensor2D>(tf.matMul(B, weight, true, false), scaling));
    tf.dispose([columns, r]);
    return { factors: { A, B }, residual: true };
  },
};
