import type * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../tensor/random.ts";
import { takeNumbers } from "../tensor/resident.ts";

/** The distributions that a random A (r, n) can begin with, the default first. */
export const randomInits = ["kaiming", "gaussian"] as const;

/**
 * A random matrix (rows, columns): `kaiming` is uniform in ±1/√columns, PyTorch's `kaiming_uniform_` with a = √5 and the
 * default of its linear layer; `gaussian` is N(0, 1/rows²), which PEFT offers by that name for LoRA's A (r, n).
 */
export function randomMatrix(init: string, rows: number, columns: number, random: Random): tf.Tensor2D {
  const count = rows * columns;
  const bound = 1 / Math.sqrt(columns);
  const values = init === "gaussian"
    ? random.normal(count, 0, 1 / rows)
    : random.uniform(count, -bound, bound);
  return takeNumbers(values, [rows, columns]);
}
