import * as tf from "@tensorflow/tfjs-core";
import type { Method } from "./method.ts";
import { randomMatrix } from "./random_matrix.ts";

/** The start of every entry of `lambda_d` (arXiv 2310.11454, section 3.2). */
const initialD = 0.1;

/**
 * VeRA (Kopiczko et al. 2024, arXiv 2310.11454): ΔW = diag(lambda_b)·B·diag(lambda_d)·A. A and B are random, frozen and
 * the same in all linear maps (a smaller map takes their first columns and rows); only the two vectors train, lambda_d
 * from 0.1 and lambda_b from 0, so that ΔW = 0 at the start. As in PEFT there is no scaling by alpha beside it unless
 * alpha differs from the rank.
 */
export const vera: Method = {
  name: "vera",
  title: "VeRA",
  trains: ["lambda_d", "lambda_b"],
  learningRate: 4e-3,
  exactStart: true,
  fromWeight: false,
  choices: [],
  inits: [],
  shared(shapes, rank, random) {
    const [heights, widths] = [new Set(shapes.map(([m]) => m)), new Set(shapes.map(([, n]) => n))];
    const A = randomMatrix("kaiming", rank, Math.max(...widths), random);
    const B = randomMatrix("kaiming", Math.max(...heights), rank, random);
    const shared = new Map<string, tf.Tensor2D>();
    for (const n of widths) shared.set(`A${n}`, tf.slice(A, [0, 0], [rank, n]));
    for (const m of heights) shared.set(`B${m}`, tf.slice(B, [0, 0], [m, rank]));
    tf.dispose([A, B]);
    return shared;
  },
  init(weight, { rank, shared }) {
    const [m, n] = weight.shape;
    const factors = {
      A: tf.clone(shared.get(`A${n}`)!),
      lambda_d: tf.fill<tf.Rank.R1>([rank], initialD),
      B: tf.clone(shared.get(`B${m}`)!),
      lambda_b: tf.zeros<tf.Rank.R1>([m]),
    };
    return Promise.resolve({ factors, residual: false });
  },
};
