import type { WeightStorage } from "../nn/weight.ts";

/** How a model is loaded. */
export interface LoadOptions {
  /**
   * How the weights of the linear maps are kept: as `float32`, the default, or on the tensorflow backend as `bfloat16`, `int8`
   * or `q4`, unpacked where a product needs them. The embedding and the output map are then kept as `bfloat16`.
   */
  readonly weights?: WeightStorage;
  /** Told after each tensor. */
  readonly onProgress?: (done: number, total: number) => void;
}
