import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { EVD, Matrix } from "ml-matrix";
import { eigh } from "../../lib/linalg/eigh.ts";
import { fromHost } from "../../lib/linalg/host_matrix.ts";
import { nystromPsdBound } from "../../lib/linalg/nystrom_psd_bound.ts";
import { pinv } from "../../lib/linalg/pinv.ts";
import { Random } from "../../lib/tensor/random.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { withSpectrum } from "./random_matrices.ts";

await useBackend();
const random = new Random(17);
const half = withSpectrum(8, 8, [2, 1, 0.7, 0.5, 0.4, 0.3, 0.25, 0.2], random);
const kernel = half.mmul(half.transpose());

/** ‖K − C·B⁺·Cᵀ‖ in the spectral norm, in double precision. */
function errorOf(indices: readonly number[]): number {
  const columns = kernel.subMatrixColumn([...indices]);
  const block = columns.subMatrixRow([...indices]);
  const left = Matrix.sub(kernel, columns.mmul(pinv(block)).mmul(columns.transpose()));
  return Math.max(...new EVD(left, { assumeSymmetric: true }).realEigenvalues);
}

Deno.test("nystromPsdBound lies above the error for every k, and k = r = n leaves nothing", async () => {
  const pairs = await eigh(fromHost(kernel));
  for (const indices of [[0, 1, 2], [3, 5, 6], [1, 4, 7, 2]]) {
    await assertNoLeak(async () => {
      for (let k = 1; k <= indices.length; k++) {
        const [bound, error] = [await nystromPsdBound(pairs, indices, k), errorOf(indices)];
        assert.ok(error <= bound * (1 + 1e-4), `k ${k}: ${error} > ${bound}`);
      }
    });
  }
  assert.equal(await nystromPsdBound(pairs, [0, 1, 2, 3, 4, 5, 6, 7], 8), 0);
});

Deno.test("nystromPsdBound is the next eigenvalue where the columns are eigenvectors", async () => {
  const pairs = await eigh(tf.tensor2d([[5, 0, 0], [0, 3, 0], [0, 0, 2]]));
  assert.ok(Math.abs(await nystromPsdBound(pairs, [0, 1], 2) - 2) < 1e-5);
  assert.ok(Math.abs(await nystromPsdBound(pairs, [0, 1], 1) - 3) < 1e-5);
});

Deno.test("nystromPsdBound is infinite where the columns miss a leading eigenvector, and refuses other k", async () => {
  const pairs = await eigh(tf.tensor2d([[5, 0, 0], [0, 3, 0], [0, 0, 2]]));
  assert.equal(await nystromPsdBound(pairs, [1, 2], 2), Infinity);
  for (const k of [0, 3, 1.5]) {
    await assert.rejects(nystromPsdBound(pairs, [0, 1], k), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /from 1 to the 2 columns/);
      return true;
    });
  }
});
