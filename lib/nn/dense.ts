import * as tf from "@tensorflow/tfjs-core";
import { barrier } from "../tensor/barrier.ts";
import { hasRawOps } from "../tensor/raw_op.ts";
import { product } from "./product.ts";

/** Below this many rows TensorFlow's CPU product is several times faster with the weight on the left. */
const fewRows = 256;

/** x·Wᵀ: x (rows, n), weight W (m, n) → (rows, m), as (W·xᵀ)ᵀ where that is the faster order. */
export function dense(x: tf.Tensor2D, weight: tf.Tensor2D): tf.Tensor2D {
  const rows = x.shape[0];
  if (!hasRawOps() || rows === 1 || rows > fewRows) return product(x, weight, false, true);
  return tf.tidy(() => tf.transpose(barrier(product(weight, x, false, true))));
}
