import * as tf from "@tensorflow/tfjs-core";
import { CholeskyDecomposition } from "ml-matrix";
import { hasRawOps, rawOp } from "../tensor/raw_op.ts";
import { UsageError } from "../usage_error.ts";
import { fromHost, toHost } from "./host_matrix.ts";
import { requireSymmetric } from "./require_symmetric.ts";

/**
 * The lower triangle l (n, n) with x = l·lᵀ of a symmetric positive definite matrix x (n, n). TensorFlow's own operation
 * where the backend has it, ml-matrix in double precision on the host elsewhere; n³/3 operations.
 *
 * @throws UsageError where x is not square, symmetric and finite, or not positive definite
 *
 * @example
 * ```ts
 * import { cholesky, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const l = await cholesky(tf.tensor2d([[4, 2], [2, 2]]));
 * assert.deepEqual([...await l.data()], [2, 0, 1, 1]);
 * ```
 */
export async function cholesky(x: tf.Tensor2D): Promise<tf.Tensor2D> {
  await requireSymmetric("x", x);
  const lower = hasRawOps() ? await onBackend(x) : await onHost(x);
  if (lower) return lower;
  throw new UsageError(
    `the ${x.shape.join("×")} matrix is not positive definite; add a small multiple of the identity`,
  );
}

/** Null where the matrix is not positive definite: TensorFlow gives NaN then. */
async function onBackend(x: tf.Tensor2D): Promise<tf.Tensor2D | null> {
  const [lower] = rawOp("Cholesky", { T: { type: "float32" } }, [x], 1);
  const sum = tf.sum(lower!);
  const [value] = await sum.data();
  sum.dispose();
  if (Number.isFinite(value)) return lower as tf.Tensor2D;
  lower!.dispose();
  return null;
}

async function onHost(x: tf.Tensor2D): Promise<tf.Tensor2D | null> {
  const decomposition = new CholeskyDecomposition(await toHost(x));
  return decomposition.isPositiveDefinite() ? fromHost(decomposition.lowerTriangularMatrix) : null;
}
