import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../tensor/random.ts";

/**
 * A matrix (rows, columns) uniform in ±1/√columns: PyTorch's `kaiming_uniform_` with a = √5, the default start of a
 * linear layer and of LoRA's A.
 */
export function kaimingUniform(rows: number, columns: number, random: Random): tf.Tensor2D {
  const bound = 1 / Math.sqrt(columns);
  return tf.tensor2d(random.uniform(rows * columns, -bound, bound), [rows, columns]);
}
