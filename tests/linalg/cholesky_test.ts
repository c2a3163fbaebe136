import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { cholesky } from "../../lib/linalg/cholesky.ts";
import { fromHost } from "../../lib/linalg/host_matrix.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertAllClose, assertNoLeak, maxAbs } from "../tensor_assertions.ts";
import { assertRefused } from "./assert_refused.ts";
import { gaussian } from "./random_matrices.ts";

await useBackend();

Deno.test("cholesky gives a lower triangle that rebuilds the matrix", async () => {
  await assertNoLeak(async () => {
    const half = fromHost(gaussian(5, 8, new Random(4)));
    const x = tf.matMul<tf.Tensor2D>(half, half, false, true);
    const l = await cholesky(x);
    const rebuilt = tf.matMul(l, l, false, true);
    await assertAllClose(rebuilt, x, { rtol: 1e-3, atol: 1e-4 });
    const above = tidy(() => tf.sub(l, tf.linalg.bandPart(l, -1, 0)));
    assert.equal(await maxAbs(above), 0);
    dispose([half, x, l, rebuilt, above]);
  });
});

Deno.test("cholesky refuses what is not square, symmetric, finite or positive definite", async () => {
  await assertRefused(
    [[1, 2], [2, 1]],
    cholesky,
    /2×2 matrix is not positive definite; add a small multiple/,
  );
  await assertRefused([[1, 2, 3], [2, 1, 3]], cholesky, /this matrix is 2×3/);
  await assertRefused([[2, 1], [0, 2]], cholesky, /x \(2×2\) is not symmetric: .* differ by up to 1/);
  await assertRefused([[2, NaN], [NaN, 2]], cholesky, /NaN stands at \[0, 1\] of x \(2×2\)/);
});
