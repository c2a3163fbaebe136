import * as tf from "@tensorflow/tfjs-core";
import { dispose } from "../tensor/tidy.ts";
import { nystrom, type NystromOptions } from "./nystrom.ts";
import { relativeError } from "./relative_error.ts";

/**
 * ‖W − C·N·R‖ / ‖W‖ in the Frobenius norm for a {@linkcode nystrom} approximation of W (m, n), of which nothing else is kept:
 * for comparing ranks, cores and samplings. O(m·n·r) beside the approximation itself. {@linkcode diagnoseNystrom} tells more
 * of one that is at hand.
 *
 * @throws UsageError as {@linkcode nystrom} does
 *
 * @example
 * ```ts
 * import { nystromError, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const w = tf.tensor2d([[2, 1, 4], [1, 3, 2]]); // rank 2
 * assert.ok(await nystromError(w, { rank: 2 }) < 1e-5 && await nystromError(w, { rank: 1, core: "cur" }) > 0.1);
 * ```
 */
export async function nystromError(w: tf.Tensor2D, options: NystromOptions): Promise<number> {
  const { columns, core, rows } = await nystrom(w, options);
  const rebuilt = tf.tidy(() => tf.matMul<tf.Tensor2D>(tf.matMul(columns, core), rows)); // (m, n)
  try {
    return await relativeError(w, rebuilt);
  } finally {
    dispose([columns, core, rows, rebuilt]);
  }
}
