import type * as tf from "@tensorflow/tfjs-core";
import { EVD } from "ml-matrix";
import { hasRawOps, rawOp } from "../tensor/raw_op.ts";
import { fromHost, toHost } from "./host_matrix.ts";
import { requireSymmetric } from "./require_symmetric.ts";

/**
 * Eigenvalues and eigenvectors of a symmetric matrix x (n, n) = v·diag(values)·vᵀ: values (n) from the smallest up, v (n, n)
 * with a vector in each column. TensorFlow's own operation where the backend has it, ml-matrix in double precision on
 * the host elsewhere; O(n³).
 *
 * @throws UsageError where x is not square, symmetric and finite
 *
 * @example
 * ```ts
 * import { eigh, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const { values } = await eigh(tf.tensor2d([[2, 1], [1, 2]]));
 * assert.deepEqual(Array.from(values, (value) => Number(value.toFixed(5))), [1, 3]);
 * ```
 */
export async function eigh(x: tf.Tensor2D): Promise<{ values: Float64Array; vectors: tf.Tensor2D }> {
  await requireSymmetric("x", x);
  if (hasRawOps()) {
    const [values, vectors] = rawOp("SelfAdjointEigV2", { compute_v: true, T: { type: "float32" } }, [x], 2);
    const numbers = Float64Array.from(await values!.data());
    values!.dispose();
    return { values: numbers, vectors: vectors as tf.Tensor2D };
  }
  const { realEigenvalues, eigenvectorMatrix } = new EVD(await toHost(x), { assumeSymmetric: true });
  return { values: Float64Array.from(realEigenvalues), vectors: fromHost(eigenvectorMatrix) };
}
