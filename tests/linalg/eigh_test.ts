import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { eigh } from "../../lib/linalg/eigh.ts";
import { fromHost } from "../../lib/linalg/host_matrix.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";
import { assertRefused } from "./assert_refused.ts";
import { gaussian } from "./random_matrices.ts";

await useBackend();

Deno.test("eigh rebuilds a symmetric matrix from orthonormal vectors, values from the smallest up", async () => {
  await assertNoLeak(async () => {
    const half = fromHost(gaussian(6, 6, new Random(4)));
    const x = tidy(() => tf.add<tf.Tensor2D>(half, tf.transpose(half)));
    const { values, vectors } = await eigh(x);
    const rebuilt = tidy(() =>
      tf.matMul<tf.Tensor2D>(tf.mul(vectors, tf.tensor1d([...values])), vectors, false, true)
    );
    await assertAllClose(rebuilt, x, { rtol: 1e-3, atol: 1e-4 });
    const [gram, identity] = [tf.matMul(vectors, vectors, true, false), tf.eye(6)];
    await assertAllClose(gram, identity, { atol: 1e-5 });
    assert.ok(values.every((value, i) => i === 0 || value >= values[i - 1]!));
    dispose([half, x, vectors, rebuilt, gram, identity]);
  });
});

Deno.test("eigh refuses what is not square, symmetric or finite", async () => {
  await assertRefused([[1, 2, 3], [2, 1, 3]], eigh, /this matrix is 2×3/);
  await assertRefused([[2, 1], [0, 2]], eigh, /is not symmetric/);
  await assertRefused([[Infinity, 0], [0, 2]], eigh, /Infinity stands at \[0, 0\] of x/);
});
