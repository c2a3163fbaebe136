import * as tf from "@tensorflow/tfjs-core";
import { hasRawOps, rawOp } from "./raw_op.ts";

/**
 * x with some of its rows replaced: x (rows, n), places (k), values (k, n) → (rows, n). x is consumed: TensorFlow writes into
 * its memory, which costs k·n numbers and shows in every tensor that shares it (a clone, a reshape); the other backends copy.
 */
export function writeRows(x: tf.Tensor2D, places: tf.Tensor1D, values: tf.Tensor2D): tf.Tensor2D {
  const written = hasRawOps()
    ? rawOp("InplaceUpdate", { T: { type: x.dtype } }, [x, places, values], 1)[0]
    : tf.tidy(() => tf.tensorScatterUpdate(x, tf.expandDims(places, 1), values));
  x.dispose();
  return written as tf.Tensor2D;
}
