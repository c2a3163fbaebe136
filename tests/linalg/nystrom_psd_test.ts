import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { EVD, Matrix, SVD } from "ml-matrix";
import { fromHost, toHost } from "../../lib/linalg/host_matrix.ts";
import { nystromPsd } from "../../lib/linalg/nystrom_psd.ts";
import { pinv } from "../../lib/linalg/pinv.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";
import { assertRefused } from "./assert_refused.ts";
import { frobenius, withSpectrum } from "./random_matrices.ts";

await useBackend();
const random = new Random(13);

/** A symmetric positive semidefinite matrix with these eigenvalues (the others zero). */
function psd(n: number, values: readonly number[]): Matrix {
  const half = withSpectrum(n, n, values.map(Math.sqrt), random);
  return half.mmul(half.transpose());
}

const columnsOf = (k: Matrix, indices: readonly number[]) => fromHost(k.subMatrixColumn([...indices]));
const spectral = (x: Matrix) => new SVD(x).diagonal[0]!;

/** Φ·Φᵀ on the host. */
async function approximate(k: Matrix, indices: readonly number[]): Promise<Matrix> {
  const columns = columnsOf(k, indices);
  const { features, vectors } = await nystromPsd(columns, indices);
  const product = tf.matMul<tf.Tensor2D>(features, features, false, true);
  const host = await toHost(product);
  dispose([columns, features, vectors, product]);
  return host;
}

Deno.test("nystromPsd rebuilds a matrix of the rank of its block", async () => {
  await assertNoLeak(async () => {
    const k = psd(9, [5, 3, 2]);
    for (const indices of [[1, 4, 7], [0, 2, 3, 8]]) {
      assert.ok(frobenius(Matrix.sub(await approximate(k, indices), k)) < 1e-3 * frobenius(k));
    }
  });
});

Deno.test("nystromPsd: features and eigenpairs give the same matrix, C·B⁺·Cᵀ", async () => {
  await assertNoLeak(async () => {
    const [k, indices] = [psd(10, [4, 3, 2, 1, 0.5, 0.2, 0.1]), [2, 3, 6]];
    const columns = columnsOf(k, indices);
    const { features, values, vectors, truncation } = await nystromPsd(columns, indices);
    const c = k.subMatrixColumn(indices);
    const expected = c.mmul(pinv(c.subMatrixRow(indices))).mmul(c.transpose()).to1DArray();
    const byFeatures = tf.matMul(features, features, false, true);
    const byPairs = tidy(() =>
      tf.matMul<tf.Tensor2D>(tf.mul(vectors, tf.tensor1d([...values])), vectors, false, true)
    );
    await assertAllClose(byFeatures, expected, { rtol: 1e-3, atol: 1e-3 });
    await assertAllClose(byPairs, expected, { rtol: 1e-3, atol: 1e-3 });
    assert.deepEqual([features.shape, vectors.shape, truncation.kept, truncation.of], [
      [10, 3],
      [10, 3],
      3,
      3,
    ]);
    assert.ok(values.every((value, i) => value > 0 && (i === 0 || value <= values[i - 1]!)));
    dispose([columns, features, vectors, byFeatures, byPairs]);
  });
});

Deno.test("nystromPsd of all columns gives the eigenvalues themselves and orthonormal vectors", async () => {
  await assertNoLeak(async () => {
    const [k, all] = [psd(6, [6, 5, 4, 3, 2, 1]), [0, 1, 2, 3, 4, 5]];
    const columns = columnsOf(k, all);
    const { features, values, vectors } = await nystromPsd(columns, all);
    [6, 5, 4, 3, 2, 1].forEach((value, i) => assert.ok(Math.abs(values[i]! - value) < 1e-4));
    const [gram, identity] = [tf.matMul(vectors, vectors, true, false), tf.eye(6)];
    await assertAllClose(gram, identity, { atol: 1e-4 });
    dispose([columns, features, vectors, gram, identity]);
  });
});

Deno.test("nystromPsd: what is left is positive semidefinite, and shrinks as columns are added", async () => {
  await assertNoLeak(async () => {
    const k = psd(10, [4, 3, 2, 1, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05]);
    const traces: number[] = [];
    for (const indices of [[3], [3, 5], [3, 5, 8], [3, 5, 8, 0, 1]]) {
      const left = Matrix.sub(k, await approximate(k, indices));
      assert.ok(Math.min(...new EVD(left, { assumeSymmetric: true }).realEigenvalues) > -1e-4);
      traces.push(left.trace());
    }
    assert.ok(traces.every((trace, i) => i === 0 || trace <= traces[i - 1]! + 1e-5), `${traces}`);
  });
});

Deno.test("nystromPsd keeps the bound of Gittens & Mahoney 2016 for every choice of columns", async () => {
  await assertNoLeak(async () => {
    const [n, k] = [8, 2];
    const matrix = psd(n, Array.from({ length: n }, (_, i) => 4 / (i + 1) ** 2));
    const { realEigenvalues, eigenvectorMatrix } = new EVD(matrix, { assumeSymmetric: true });
    const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
    const basis = eigenvectorMatrix.subMatrixColumn(order);
    const roots = Matrix.diag(order.slice(k).map((i) => Math.sqrt(realEigenvalues[i]!)));
    for (const indices of [[0, 1, 2], [3, 5, 6], [1, 4, 7]]) {
      const seen = basis.subMatrixRow(indices).transpose(); // Uᵀ·S (n, 3)
      const [leading, others] = [seen.subMatrix(0, k - 1, 0, 2), seen.subMatrix(k, n - 1, 0, 2)];
      const bound = realEigenvalues[order[k]!]! + spectral(roots.mmul(others).mmul(pinv(leading))) ** 2;
      const error = spectral(Matrix.sub(matrix, await approximate(matrix, indices)));
      assert.ok(error <= bound + 1e-4, `${error} > ${bound}`);
    }
  });
});

Deno.test("nystromPsd leaves out eigenvalues below rtol, and says how many", async () => {
  await assertNoLeak(async () => {
    const indices = [0, 2, 4, 5];
    const columns = columnsOf(psd(9, [5, 2]), indices);
    const { features, values, vectors, truncation } = await nystromPsd(columns, indices, 1e-4);
    assert.deepEqual([truncation.kept, truncation.of, values[2], values[3]], [2, 4, 0, 0]);
    const dropped = tf.slice(features, [0, 2], [9, 2]);
    await assertAllClose(dropped, new Float32Array(18), { atol: 0 });
    dispose([columns, features, vectors, dropped]);
  });
});

Deno.test("nystromPsd refuses indices that do not fit, and blocks that are not symmetric positive semidefinite", async () => {
  const c = [[2, 1], [1, 2], [0, 0]];
  await assertRefused(
    c,
    (x) => nystromPsd(x, [0]),
    /1 indices are given for 2 columns of a 3×3 matrix; give 2/,
  );
  await assertRefused(
    c,
    (x) => nystromPsd(x, [0, 3]),
    /index 3 of 2 columns of a 3×3 matrix is out of range/,
  );
  await assertRefused(c, (x) => nystromPsd(x, [1, 1]), /index 1 .* given twice/);
  await assertRefused(c, (x) => nystromPsd(x, [0, 2]), /is not symmetric/);
  await assertRefused(
    [[1, 2], [2, 1]],
    (x) => nystromPsd(x, [0, 1]),
    /eigenvalue of -.* must be positive semidefinite/,
  );
  await assertRefused([[NaN], [1]], (x) => nystromPsd(x, [0]), /NaN stands at \[0, 0\] of the columns of K/);
});
