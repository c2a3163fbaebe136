import type * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../usage_error.ts";
import { fromHost, toHost } from "./host_matrix.ts";
import { pinv } from "./pinv.ts";

/**
 * The x (n, k) of least norm among those that minimise ‖a·x − b‖, for a (m, n) and b (m, k): a⁺·b, in double precision on
 * the host; O(m·n·min(m, n)).
 *
 * @param rtol as in {@linkcode pinv}
 * @throws UsageError where a and b differ in their rows
 *
 * @example
 * ```ts
 * import { lstsq, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const x = await lstsq(tf.tensor2d([[1], [1]]), tf.tensor2d([[1], [3]]));
 * assert.ok(Math.abs((await x.data())[0]! - 2) < 1e-6);
 * ```
 */
export async function lstsq(a: tf.Tensor2D, b: tf.Tensor2D, rtol?: number): Promise<tf.Tensor2D> {
  if (a.shape[0] !== b.shape[0]) {
    throw new UsageError(
      `a is ${a.shape.join("×")} and b ${b.shape.join("×")}; both need the same number of rows`,
    );
  }
  return fromHost(pinv(await toHost(a), rtol).mmul(await toHost(b)));
}
