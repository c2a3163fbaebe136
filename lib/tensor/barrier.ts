import type * as tf from "@tensorflow/tfjs-core";
import { rawOp } from "./raw_op.ts";
import { isTracing } from "./tracing.ts";

/**
 * x as it is. In a compiled function XLA does not move operations across it, for where the order in which something is
 * written is the faster one and XLA would turn it back.
 */
export function barrier<T extends tf.Tensor>(x: T): T {
  if (!isTracing()) return x;
  const [same] = rawOp("XlaOptimizationBarrier", { T: { types: [x.dtype] } }, [x], 1);
  return same as T;
}
