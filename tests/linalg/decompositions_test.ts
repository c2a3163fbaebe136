import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { cholesky } from "../../lib/linalg/cholesky.ts";
import { eigh } from "../../lib/linalg/eigh.ts";
import { lstsq } from "../../lib/linalg/lstsq.ts";
import { svd } from "../../lib/linalg/svd.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertAllClose, assertNoLeak, maxAbs } from "../tensor_assertions.ts";

await useBackend();
const random = new Random(4);
const matrix = (m: number, n: number) => tf.tensor2d(random.normal(m * n), [m, n]);
const close = { rtol: 1e-3, atol: 1e-4 };

for (const [m, n] of [[7, 4], [4, 7], [5, 5]] as const) {
  Deno.test(`svd of ${m}×${n}: rebuilds the matrix from orthonormal factors and falling values`, async () => {
    await assertNoLeak(async () => {
      const x = matrix(m, n);
      const { u, s, v } = await svd(x);
      assert.deepEqual([u.shape, v.shape, s.length], [
        [m, 4 + Number(m === n)],
        [n, 4 + Number(m === n)],
        u.shape[1],
      ]);
      const rebuilt = tidy(() => tf.matMul<tf.Tensor2D>(tf.mul(u, tf.tensor1d([...s])), v, false, true));
      await assertAllClose(rebuilt, x, close);
      for (const factor of [u, v]) {
        const gram = tf.matMul(factor, factor, true, false);
        const identity = tf.eye(s.length);
        await assertAllClose(gram, identity, close);
        dispose([gram, identity]);
      }
      assert.ok(s.every((value, i) => value >= 0 && (i === 0 || value <= s[i - 1]!)));
      dispose([x, u, v, rebuilt]);
    });
  });
}

Deno.test("eigh: rebuilds a symmetric matrix, values from the smallest up", async () => {
  await assertNoLeak(async () => {
    const half = matrix(6, 6);
    const x = tidy(() => tf.add(half, tf.transpose(half)) as tf.Tensor2D);
    const { values, vectors } = await eigh(x);
    const rebuilt = tidy(() =>
      tf.matMul<tf.Tensor2D>(tf.mul(vectors, tf.tensor1d([...values])), vectors, false, true)
    );
    await assertAllClose(rebuilt, x, close);
    assert.ok(values.every((value, i) => i === 0 || value >= values[i - 1]!));
    dispose([half, x, vectors, rebuilt]);
  });
});

Deno.test("cholesky: a lower triangle that rebuilds the matrix; others are refused with the mend", async () => {
  await assertNoLeak(async () => {
    const half = matrix(5, 8);
    const x = tf.matMul<tf.Tensor2D>(half, half, false, true);
    const l = await cholesky(x);
    const rebuilt = tf.matMul(l, l, false, true);
    await assertAllClose(rebuilt, x, close);
    const above = tidy(() => tf.sub(l, tf.linalg.bandPart(l, -1, 0)));
    assert.equal(await maxAbs(above), 0);
    const bad = tf.tensor2d([[1, 2], [2, 1]]);
    await assert.rejects(
      cholesky(bad),
      (e) => e instanceof UsageError && /not positive definite/.test(e.message),
    );
    await assert.rejects(cholesky(half), (e) => e instanceof UsageError && /5×8/.test(e.message));
    dispose([half, x, l, rebuilt, above, bad]);
  });
});

Deno.test("lstsq: the residual is orthogonal to the columns; rows that differ are refused with both shapes", async () => {
  await assertNoLeak(async () => {
    const [a, b] = [matrix(9, 3), matrix(9, 2)];
    const x = await lstsq(a, b);
    const along = tidy(() => tf.matMul<tf.Tensor2D>(a, tf.sub(tf.matMul(a, x), b), true, false));
    assert.ok(await maxAbs(along) < 1e-4);
    const other = matrix(4, 2);
    await assert.rejects(
      lstsq(a, other),
      (e) => e instanceof UsageError && /a is 9×3 and b 4×2/.test(e.message),
    );
    dispose([a, b, x, along, other]);
  });
});
