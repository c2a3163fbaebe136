import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { Matrix } from "ml-matrix";
import { fromHost } from "../../lib/linalg/host_matrix.ts";
import { lstsq } from "../../lib/linalg/lstsq.ts";
import { pinv } from "../../lib/linalg/pinv.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertAllClose, assertNoLeak, maxAbs } from "../tensor_assertions.ts";
import { assertRefused } from "./assert_refused.ts";
import { gaussian, ofRank } from "./random_matrices.ts";

await useBackend();
const random = new Random(4);

Deno.test("lstsq: the residual is orthogonal to the columns", async () => {
  await assertNoLeak(async () => {
    const [a, b] = [fromHost(gaussian(9, 3, random)), fromHost(gaussian(9, 2, random))];
    const x = await lstsq(a, b);
    const along = tidy(() => tf.matMul<tf.Tensor2D>(a, tf.sub(tf.matMul(a, x), b), true, false));
    assert.ok(await maxAbs(along) < 1e-4);
    dispose([a, b, x, along]);
  });
});

Deno.test("lstsq takes the solution of least norm where there are many", async () => {
  await assertNoLeak(async () => {
    const [host, right] = [ofRank(5, 6, 2, random), Matrix.ones(5, 1)];
    const [a, b] = [fromHost(host), fromHost(right)];
    const x = await lstsq(a, b);
    await assertAllClose(x, pinv(host).mmul(right).to1DArray(), { rtol: 1e-3, atol: 1e-4 });
    dispose([a, b, x]);
  });
});

Deno.test("lstsq refuses rows that differ, with both shapes, and what is not finite", async () => {
  const b = tf.ones([3, 1]) as tf.Tensor2D;
  await assertRefused([[1, 2], [3, 4]], (a) => lstsq(a, b), /a is 2×2 and b 3×1/);
  b.dispose();
  await assertRefused([[1], [NaN]], (a) => lstsq(a, a), /NaN stands at \[1, 0\] of a/);
});
