import * as tf from "@tensorflow/tfjs-core";
import { hasRawOps, rawOp } from "../tensor/raw_op.ts";

/** A matrix (m, n) of normal numbers, drawn by the backend where it can, so that no copy of it lies on the host. */
export function randomWeight(m: number, n: number): tf.Tensor2D {
  if (!hasRawOps()) return tf.randomNormal([m, n], 0, 1, "float32", 1);
  return tf.tidy(() => {
    const attributes = {
      seed: { int: 1 },
      seed2: { int: 1 },
      dtype: { type: "float32" },
      T: { type: "int32" },
    } as const;
    return rawOp("RandomStandardNormal", attributes, [tf.tensor1d([m, n], "int32")], 1)[0] as tf.Tensor2D;
  });
}
