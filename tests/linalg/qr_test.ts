import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { fromHost } from "../../lib/linalg/host_matrix.ts";
import { qr } from "../../lib/linalg/qr.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertAllClose, assertNoLeak, maxAbs } from "../tensor_assertions.ts";
import { assertRefused } from "./assert_refused.ts";
import { gaussian, ofRank } from "./random_matrices.ts";

await useBackend();
const random = new Random(5);

for (
  const [name, host] of [
    ["a tall", gaussian(10, 4, random)],
    ["a wide", gaussian(4, 10, random)],
    ["a large tall", gaussian(2048, 32, random)],
    ["a large rank-deficient tall", ofRank(2048, 32, 5, random)],
    ["a square", gaussian(5, 5, random)],
    ["a rank-deficient tall", ofRank(9, 5, 2, random)],
  ] as const
) {
  Deno.test(`qr rebuilds ${name} matrix from orthonormal columns and a triangle`, async () => {
    await assertNoLeak(async () => {
      const [m, n, k] = [host.rows, host.columns, Math.min(host.rows, host.columns)];
      const x = fromHost(host);
      const { q, r } = await qr(x);
      assert.deepEqual([q.shape, r.shape], [[m, k], [k, n]]);
      const [rebuilt, gram, identity] = [tf.matMul(q, r), tf.matMul(q, q, true, false), tf.eye(k)];
      await assertAllClose(rebuilt, x, { rtol: 1e-3, atol: 1e-4 });
      await assertAllClose(gram, identity, { atol: 4e-5 });
      const below = tidy(() => tf.sub(r, tf.linalg.bandPart(r, 0, -1)));
      assert.ok(await maxAbs(below) < 1e-4);
      dispose([x, q, r, rebuilt, gram, identity, below]);
    });
  });
}

Deno.test("qr refuses what is not finite", async () => {
  await assertRefused([[1], [-Infinity]], qr, /-Infinity stands at \[1, 0\] of x \(2×1\)/);
});
