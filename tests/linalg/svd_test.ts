import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { fromHost } from "../../lib/linalg/host_matrix.ts";
import { svd } from "../../lib/linalg/svd.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";
import { assertRefused } from "./assert_refused.ts";
import { gaussian, withSpectrum } from "./random_matrices.ts";

await useBackend();
const random = new Random(4);

for (const [m, n] of [[7, 4], [4, 7], [5, 5]] as const) {
  const k = Math.min(m, n);
  Deno.test(`svd of ${m}×${n} rebuilds the matrix from orthonormal factors and falling values`, async () => {
    await assertNoLeak(async () => {
      const x = fromHost(gaussian(m, n, random));
      const { u, s, v } = await svd(x);
      assert.deepEqual([u.shape, s.length, v.shape], [[m, k], k, [n, k]]);
      const rebuilt = tidy(() => tf.matMul<tf.Tensor2D>(tf.mul(u, tf.tensor1d([...s])), v, false, true));
      await assertAllClose(rebuilt, x, { rtol: 1e-3, atol: 1e-4 });
      const identity = tf.eye(k);
      for (const factor of [u, v]) {
        const gram = tf.matMul(factor, factor, true, false);
        await assertAllClose(gram, identity, { atol: 1e-5 });
        gram.dispose();
      }
      assert.ok(s.every((value, i) => value >= 0 && (i === 0 || value <= s[i - 1]!)));
      dispose([x, u, v, rebuilt, identity]);
    });
  });
}

Deno.test("svd finds the singular values that a matrix was made with", async () => {
  await assertNoLeak(async () => {
    const spectrum = [9, 4, 1, 0.5];
    const x = fromHost(withSpectrum(8, 6, spectrum, random));
    const { u, s, v } = await svd(x);
    [...spectrum, 0, 0].forEach((value, i) => assert.ok(Math.abs(s[i]! - value) < 4e-5, `${s}`));
    dispose([x, u, v]);
  });
});

Deno.test("svd refuses what is not finite", async () => {
  await assertRefused([[1, 2, 3], [2, NaN, 3]], svd, /NaN stands at \[1, 1\] of x \(2×3\)/);
});
