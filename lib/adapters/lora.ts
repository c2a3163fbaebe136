import { zeros } from "../tensor/zeros.ts";
import type { Method } from "./method.ts";
import { randomInits, randomMatrix } from "./random_matrix.ts";

/** LoRA (Hu et al. 2021, arXiv 2106.09685): ΔW = s·B·A, A random, B = 0, so that ΔW = 0 at the start. */
export const lora: Method = {
  name: "lora",
  title: "LoRA",
  trains: ["A", "B"],
  learningRate: 2e-4,
  exactStart: true,
  fromWeight: false,
  choices: ["init"],
  inits: randomInits,
  init(weight, { rank, init }, random) {
    const [m, n] = weight.shape;
    const factors = { A: randomMatrix(init, rank, n, random), B: zeros([m, rank]) };
    return Promise.resolve({ factors, residual: false });
  },
};
