import type * as tf from "@tensorflow/tfjs-core";
import { CholeskyDecomposition } from "ml-matrix";
import { UsageError } from "../usage_error.ts";
import { fromHost, toHost } from "./host_matrix.ts";

/**
 * The lower triangle l (n, n) with x = l·lᵀ of a symmetric positive definite matrix x (n, n), in double precision on the
 * host by ml-matrix; O(n³).
 *
 * @throws UsageError where x is not square or not positive definite
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
  const [m, n] = x.shape;
  if (m !== n) throw new UsageError(`cholesky takes a square matrix, and this one is ${m}×${n}`);
  const decomposition = new CholeskyDecomposition(await toHost(x));
  if (!decomposition.isPositiveDefinite()) {
    throw new UsageError(
      `the ${n}×${n} matrix is not positive definite; add a small multiple of the identity`,
    );
  }
  return fromHost(decomposition.lowerTriangularMatrix);
}
