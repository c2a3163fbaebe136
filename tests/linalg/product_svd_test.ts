import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { Matrix, SVD } from "ml-matrix";
import { fromHost, toHost } from "../../lib/linalg/host_matrix.ts";
import { productSvd } from "../../lib/linalg/product_svd.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";
import { frobenius, gaussian, ofRank } from "./random_matrices.ts";

await useBackend();
const random = new Random(33);

for (const [m, k, n] of [[30, 4, 20], [20, 4, 30], [5, 12, 7], [3, 12, 40], [6, 1, 6]] as const) {
  Deno.test(`productSvd of ${m}×${k} and ${k}×${n}: orthonormal vectors, the product again, its singular values`, async () => {
    await assertNoLeak(async () => {
      const [left, right] = [gaussian(m, k, random), gaussian(k, n, random)];
      const whole = left.mmul(right);
      const factors = [fromHost(left), fromHost(right)] as const;
      const { u, s, v } = await productSvd(...factors);
      const p = Math.min(m, n, k);
      assert.deepEqual([u.shape, s.length, v.shape], [[m, p], p, [n, p]]);
      for (const basis of [u, v]) {
        const [gram, identity] = [tf.matMul(basis, basis, true, false), tf.eye(p)];
        await assertAllClose(gram, identity, { atol: 1e-5 });
        dispose([gram, identity]);
      }
      const rebuilt = (await toHost(u)).mmul(Matrix.diag([...s])).mmul((await toHost(v)).transpose());
      assert.ok(frobenius(Matrix.sub(rebuilt, whole)) < 1e-5 * frobenius(whole));
      const expected = new SVD(whole, { autoTranspose: true }).diagonal.slice(0, p);
      expected.forEach((value, i) => assert.ok(Math.abs(s[i]! - value) < 1e-5 * expected[0]!));
      dispose([...factors, u, v]);
    });
  });
}

Deno.test("productSvd: factors with dependent columns, or of zeros, have zeros among the singular values", async () => {
  await assertNoLeak(async () => {
    const left = fromHost(ofRank(30, 6, 2, random));
    const right = fromHost(gaussian(6, 20, random));
    const { u, s, v } = await productSvd(left, right);
    assert.ok(s[1]! > 0.1 && s[2]! < 1e-5 * s[0]!, `${s}`);
    const nothing = tf.zeros<tf.Rank.R2>([30, 6]);
    const none = await productSvd(nothing, right);
    assert.deepEqual([...none.s], [0, 0, 0, 0, 0, 0]);
    dispose([left, right, u, v, nothing, none.u, none.v]);
  });
});

Deno.test("productSvd refuses factors that make no product, with both shapes", async () => {
  await assertNoLeak(async () => {
    const [left, right] = [tf.ones<tf.Rank.R2>([3, 2]), tf.ones<tf.Rank.R2>([3, 4])];
    await assert.rejects(
      productSvd(left, right),
      (error) => error instanceof UsageError && /3×2 and 3×4 make no product/.test(error.message),
    );
    dispose([left, right]);
  });
});
