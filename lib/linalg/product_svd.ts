import * as tf from "@tensorflow/tfjs-core";
import { dispose, tidy } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import { qr } from "./qr.ts";
import type { TruncatedSvd } from "./randomized_svd.ts";
import { svd } from "./svd.ts";

/**
 * The singular value decomposition left·right = u·diag(s)·vᵀ of a product of low rank, which is never formed: QR of either
 * factor and the SVD of what is between them, O((m + n)·k² + k³) instead of O(m·n·min(m, n)). There are p = min(m, n, k)
 * singular values, of which those beyond the product's rank are rounding errors.
 *
 * @param left (m, k)
 * @param right (k, n)
 * @returns u (m, p), s (p) from the largest down, v (n, p); the caller owns the tensors
 * @throws UsageError where the shapes do not fit, and for a NaN or an infinity
 *
 * @example
 * ```ts
 * import { productSvd, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const { s } = await productSvd(tf.tensor2d([[3], [4], [0]]), tf.tensor2d([[0, 2]]));
 * assert.ok(s.length === 1 && Math.abs(s[0]! - 10) < 1e-5); // ‖(3, 4, 0)‖·‖(0, 2)‖
 * ```
 */
export async function productSvd(left: tf.Tensor2D, right: tf.Tensor2D): Promise<TruncatedSvd> {
  if (left.shape[1] !== right.shape[0]) {
    throw new UsageError(
      `${left.shape.join("×")} and ${
        right.shape.join("×")
      } make no product; the columns of the first must be the rows of the second`,
    );
  }
  const transposed = tf.transpose<tf.Tensor2D>(right); // (n, k)
  const [outer, inner] = [await qr(left), await qr(transposed)];
  const core = tf.matMul<tf.Tensor2D>(outer.r, inner.r, false, true); // (min(m, k), min(n, k))
  const { u, s, v } = await svd(core);
  const result = tidy(() => ({
    u: tf.matMul<tf.Tensor2D>(outer.q, u),
    s,
    v: tf.matMul<tf.Tensor2D>(inner.q, v),
  }));
  dispose([transposed, outer.q, outer.r, inner.q, inner.r, core, u, v]);
  return result;
}
