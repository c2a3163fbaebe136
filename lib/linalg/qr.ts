import type * as tf from "@tensorflow/tfjs-core";
import { type Matrix, QR } from "ml-matrix";
import { hasRawOps, rawOp } from "../tensor/raw_op.ts";
import { choleskyQr } from "./cholesky_qr.ts";
import { fromHost, toHost } from "./host_matrix.ts";
import { requireFinite } from "./require_finite.ts";

/**
 * The reduced QR decomposition x = q·r of a matrix (m, n), k = min(m, n): q (m, k) with orthonormal columns, r (k, n) upper
 * triangular (m ≥ n) or trapezoidal (m < n). Where the backend has TensorFlow's own operations, its Qr or, for large tall
 * matrices, two rounds of Cholesky where the columns are independent enough; ml-matrix in double precision on the host elsewhere. O(m·n·k).
 *
 * @throws UsageError for a NaN or an infinity in x
 *
 * @example
 * ```ts
 * import { qr, relativeError, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const x = tf.tensor2d([[3, 1], [4, 2], [0, 5]]);
 * const { q, r } = await qr(x);
 * assert.ok(await relativeError(x, tf.matMul(q, r)) < 1e-6);
 * ```
 */
export async function qr(x: tf.Tensor2D): Promise<{ q: tf.Tensor2D; r: tf.Tensor2D }> {
  await requireFinite({ x });
  if (hasRawOps()) {
    const fast = isLargeAndTall(x) ? await choleskyQr(x) : null;
    if (fast) return fast;
    const [q, r] = rawOp("Qr", { full_matrices: false, T: { type: "float32" } }, [x], 2);
    return { q: q as tf.Tensor2D, r: r as tf.Tensor2D };
  }
  const { q, r } = onHost(await toHost(x));
  return { q: fromHost(q), r: fromHost(r) };
}

/** Whether Cholesky's way is the faster one: measured from 1024×72 on, and five times as fast at 4096×136. */
function isLargeAndTall({ shape: [m, n] }: tf.Tensor2D): boolean {
  return m >= 4 * n && m * n >= 2 ** 16;
}

/** ml-matrix decomposes tall matrices; the q of a wide one is that of its first m columns. */
function onHost(x: Matrix): { q: Matrix; r: Matrix } {
  const wide = x.rows < x.columns;
  const decomposition = new QR(wide ? x.subMatrix(0, x.rows - 1, 0, x.rows - 1) : x);
  const q = decomposition.orthogonalMatrix;
  return { q, r: wide ? q.transpose().mmul(x) : decomposition.upperTriangularMatrix };
}
