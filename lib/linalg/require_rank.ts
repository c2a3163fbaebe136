import type * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../usage_error.ts";

/** Refuses a rank that is not a whole number from 1 to min(m, n). */
export function requireRank(w: tf.Tensor2D, rank: number): void {
  const limit = Math.min(...w.shape);
  if (!Number.isInteger(rank) || rank < 1 || rank > limit) {
    throw new UsageError(
      `rank ${rank} is not from 1 to min(m, n) = ${limit} of a ${w.shape.join("×")} matrix`,
    );
  }
}
