import type * as tf from "@tensorflow/tfjs-core";
import { QR } from "ml-matrix";
import { hasRawOps, rawOp } from "../tensor/raw_op.ts";
import { fromHost, toHost } from "./host_matrix.ts";

/**
 * The reduced QR decomposition of a tall matrix x (m, n), m ≥ n: q (m, n) with orthonormal columns, r (n, n) upper
 * triangular. TensorFlow's own operation where the backend has it, ml-matrix on the host elsewhere; O(m·n²).
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
  if (hasRawOps()) {
    const [q, r] = rawOp("Qr", { full_matrices: false, T: { type: "float32" } }, [x], 2);
    return { q: q as tf.Tensor2D, r: r as tf.Tensor2D };
  }
  const decomposition = new QR(await toHost(x));
  return {
    q: fromHost(decomposition.orthogonalMatrix),
    r: fromHost(decomposition.upperTriangularMatrix),
  };
}
