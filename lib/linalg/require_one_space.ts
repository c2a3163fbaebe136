import type * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../usage_error.ts";

/**
 * Refuses bases of subspaces of different spaces.
 *
 * @throws UsageError where the columns of u (m, p) and v (m, q) are of different lengths, with both shapes
 */
export function requireOneSpace(u: tf.Tensor2D, v: tf.Tensor2D): void {
  if (u.shape[0] === v.shape[0]) return;
  throw new UsageError(
    `bases of ${u.shape.join("×")} and ${v.shape.join("×")} came; their columns must be of one length`,
  );
}
