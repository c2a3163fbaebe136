import type * as tf from "@tensorflow/tfjs-core";
import { type Matrix, SVD } from "ml-matrix";
import { hasRawOps, rawOp } from "../tensor/raw_op.ts";
import { fromHost, toHost } from "./host_matrix.ts";
import { requireFinite } from "./require_finite.ts";

/**
 * The reduced singular value decomposition x = u·diag(s)·vᵀ of a matrix (m, n), k = min(m, n): u (m, k), s (k) from the
 * largest down, v (n, k). TensorFlow's own operation where the backend has it (float32: singular values within about
 * 10⁻⁶·σ₁); elsewhere ml-matrix in double precision on the host, which is meant for small matrices. O(m·n·k).
 *
 * @throws UsageError for a NaN or an infinity in x
 *
 * @example
 * ```ts
 * import { svd, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const { s } = await svd(tf.tensor2d([[0, 2], [1, 0]]));
 * assert.deepEqual(Array.from(s, (value) => Number(value.toFixed(5))), [2, 1]);
 * ```
 */
export async function svd(x: tf.Tensor2D): Promise<{ u: tf.Tensor2D; s: Float64Array; v: tf.Tensor2D }> {
  await requireFinite({ x });
  if (hasRawOps()) {
    const attributes = { compute_uv: true, full_matrices: false, T: { type: "float32" } } as const;
    const [s, u, v] = rawOp("Svd", attributes, [x], 3);
    const values = Float64Array.from(await s!.data());
    s!.dispose();
    return { u: u as tf.Tensor2D, s: values, v: v as tf.Tensor2D };
  }
  const { leftSingularVectors, rightSingularVectors, diagonal } = new SVD(await toHost(x), {
    autoTranspose: true,
  });
  const k = Math.min(...x.shape);
  const leading = (matrix: Matrix) => fromHost(matrix.subMatrix(0, matrix.rows - 1, 0, k - 1));
  return {
    u: leading(leftSingularVectors),
    s: Float64Array.from(diagonal),
    v: leading(rightSingularVectors),
  };
}
