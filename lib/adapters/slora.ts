import { lora } from "./lora.ts";
import type { Method } from "./method.ts";
import { randomMatrix } from "./random_matrix.ts";

/**
 * SLoRA, StructuredLoRA (arXiv 2502.14482): ΔW = s·B·N·A with a small r×r matrix between LoRA's two; A as in LoRA, N
 * Kaiming-uniform, B = 0, so that ΔW = 0 at the start.
 */
export const slora: Method = {
  ...lora,
  name: "slora",
  title: "SLoRA",
  trains: ["A", "N", "B"],
  async init(weight, options, random) {
    const { factors, residual } = await lora.init(weight, options, random);
    return {
      factors: { ...factors, N: randomMatrix("kaiming", options.rank, options.rank, random) },
      residual,
    };
  },
};
