import type * as tf from "@tensorflow/tfjs-core";
import { hasRawOps, rawOp } from "./raw_op.ts";

/**
 * Moves a tensor's values to the backend now, and disposes the given one. tfjs-node would keep the JavaScript copy
 * until the first operation on the tensor, and with it twice the memory of a model that is being loaded.
 */
export function makeResident<T extends tf.Tensor>(values: T): T {
  if (!hasRawOps()) return values;
  const [resident] = rawOp("Identity", { T: { type: values.dtype } }, [values], 1);
  values.dispose();
  return resident as T;
}
