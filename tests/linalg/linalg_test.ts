import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { Matrix } from "ml-matrix";
import { fromHost, toHost } from "../../lib/linalg/host_matrix.ts";
import { nystrom, nystromCores } from "../../lib/linalg/nystrom.ts";
import { cond, pinv } from "../../lib/linalg/pinv.ts";
import { qr } from "../../lib/linalg/qr.ts";
import { randomizedSvd } from "../../lib/linalg/randomized_svd.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertAllClose, assertNoLeak, maxAbs } from "../tensor_assertions.ts";

await useBackend();
const random = new Random(21);
const hostMatrix = (m: number, n: number) => Matrix.from1DArray(m, n, [...random.normal(m * n)]);
const norm = (x: Matrix) => Math.sqrt(Matrix.mul(x, x).sum());
const close = (a: Matrix, b: Matrix, tolerance: number) =>
  assert.ok(
    norm(Matrix.sub(a, b)) <= tolerance * Math.max(1, norm(b)),
    `‖a − b‖ = ${norm(Matrix.sub(a, b))}`,
  );

/** A matrix (m, n) of exact rank r. */
const ofRank = (m: number, n: number, r: number) => hostMatrix(m, r).mmul(hostMatrix(r, n));

Deno.test("toHost and fromHost are inverse to each other", async () => {
  await assertNoLeak(async () => {
    const x = tf.tensor2d(random.normal(15), [3, 5]);
    const again = fromHost(await toHost(x));
    await assertAllClose(again, x, { rtol: 0, atol: 0 });
    dispose([x, again]);
  });
});

for (
  const [name, x] of [
    ["tall", hostMatrix(9, 4)],
    ["wide", hostMatrix(4, 9)],
    ["square", hostMatrix(5, 5)],
    ["singular square", ofRank(6, 6, 3)],
    ["tall of deficient rank", ofRank(8, 5, 2)],
  ] as const
) {
  Deno.test(`pinv of a ${name} matrix meets the four Moore–Penrose conditions`, () => {
    const p = pinv(x);
    assert.deepEqual([p.rows, p.columns], [x.columns, x.rows]);
    close(x.mmul(p).mmul(x), x, 1e-9);
    close(p.mmul(x).mmul(p), p, 1e-9);
    close(x.mmul(p).transpose(), x.mmul(p), 1e-9);
    close(p.mmul(x).transpose(), p.mmul(x), 1e-9);
  });
}

Deno.test("pinv drops singular values at or below rtol of the largest", () => {
  const x = Matrix.diag([4, 1, 0.01]);
  close(pinv(x, 0.1), Matrix.diag([0.25, 1, 0]), 1e-12);
});

Deno.test("cond is the ratio of the singular values, and large for a singular matrix", () => {
  assert.ok(Math.abs(cond(Matrix.diag([8, 2, -0.5])) - 16) < 1e-9);
  assert.ok(cond(ofRank(4, 4, 2)) > 1e12);
});

Deno.test("qr rebuilds a tall matrix from orthonormal columns and a triangle", async () => {
  await assertNoLeak(async () => {
    const x = tf.tensor2d(random.normal(40), [10, 4]);
    const { q, r } = await qr(x);
    const [rebuilt, gram] = [tf.matMul(q, r), tf.matMul(q, q, true, false)];
    await assertAllClose(rebuilt, x, { rtol: 1e-4, atol: 1e-5 });
    await assertAllClose(gram, Matrix.eye(4).to1DArray(), { atol: 1e-5 });
    const below = tidy(() => tf.sub(r, tf.linalg.bandPart(r as tf.Tensor2D, 0, -1)));
    assert.ok(await maxAbs(below) < 1e-5);
    dispose([x, q, r, rebuilt, gram, below]);
  });
});

Deno.test("randomizedSvd of a matrix of low rank rebuilds it, with orthonormal factors and falling values", async () => {
  await assertNoLeak(async () => {
    const host = ofRank(30, 20, 4);
    const w = fromHost(host);
    const { u, s, v } = await randomizedSvd(w, 4, new Random(0));
    const rebuilt = tidy(() =>
      tf.matMul(tf.mul(u, tf.tensor1d(Float32Array.from(s))) as tf.Tensor2D, v, false, true)
    );
    close(await toHost(rebuilt as tf.Tensor2D), host, 1e-4);
    const [uu, vv] = [tf.matMul(u, u, true, false), tf.matMul(v, v, true, false)];
    for (const gram of [uu, vv]) close(await toHost(gram as tf.Tensor2D), Matrix.eye(4), 1e-4);
    assert.ok(s.every((value, i) => i === 0 || value <= s[i - 1]!));
    dispose([w, u, v, rebuilt, uu, vv]);
  });
});

Deno.test("randomizedSvd comes near the best error at its rank (Eckart–Young) on a slowly falling spectrum", async () => {
  await assertNoLeak(async () => {
    const n = 40;
    const spectrum = Array.from({ length: n }, (_, i) => 1 / (i + 1));
    const orthonormal = async (m: number) => {
      const x = tf.tensor2d(random.normal(m * n), [m, n]);
      const { q, r } = await qr(x);
      const host = await toHost(q);
      dispose([x, q, r]);
      return host;
    };
    const host = (await orthonormal(60)).mmul(Matrix.diag(spectrum)).mmul((await orthonormal(n)).transpose());
    const w = fromHost(host);
    const { u, s, v } = await randomizedSvd(w, 8, new Random(1));
    const rebuilt = tidy(() =>
      tf.matMul(tf.mul(u, tf.tensor1d(Float32Array.from(s))) as tf.Tensor2D, v, false, true)
    );
    const error = norm(Matrix.sub(await toHost(rebuilt as tf.Tensor2D), host));
    const best = Math.hypot(...spectrum.slice(8));
    assert.ok(error <= 1.001 * best, `error ${error}, best ${best}`);
    s.forEach((value, i) => assert.ok(Math.abs(value - spectrum[i]!) < 1e-3));
    dispose([w, u, v, rebuilt]);
  });
});

Deno.test("nystrom rebuilds a matrix whose rank is the approximation's, with cores pinv and cur", async () => {
  await assertNoLeak(async () => {
    const host = ofRank(12, 9, 3);
    const w = fromHost(host);
    for (const core of ["pinv", "cur"] as const) {
      const factors = await nystrom(w, { rank: 3, core });
      const rebuilt = tidy(() =>
        tf.matMul<tf.Tensor2D>(tf.matMul(factors.columns, factors.core), factors.rows)
      );
      close(await toHost(rebuilt), host, 1e-3);
      dispose([factors, rebuilt]);
    }
    w.dispose();
  });
});

Deno.test("nystrom: copy is the block itself, and no core beats cur in the Frobenius norm", async () => {
  await assertNoLeak(async () => {
    const host = hostMatrix(12, 9);
    const w = fromHost(host);
    const errors: Record<string, number> = {};
    for (const core of nystromCores) {
      const factors = await nystrom(w, { rank: 4, core });
      const [c, n, r] = [
        await toHost(factors.columns),
        await toHost(factors.core),
        await toHost(factors.rows),
      ];
      close(c, host.subMatrix(0, 11, 0, 3), 1e-6);
      close(r, host.subMatrix(0, 3, 0, 8), 1e-6);
      if (core === "copy") close(n, host.subMatrix(0, 3, 0, 3), 1e-6);
      errors[core] = norm(Matrix.sub(c.mmul(n).mmul(r), host));
      dispose(factors);
    }
    assert.ok(errors.cur! <= errors.pinv! && errors.cur! <= errors.copy!, JSON.stringify(errors));
    w.dispose();
  });
});

Deno.test("nystrom refuses a rank out of range with the range", async () => {
  const w = tf.zeros([4, 6]) as tf.Tensor2D;
  for (const rank of [0, 5, 2.5, NaN]) {
    await assert.rejects(
      nystrom(w, { rank, core: "copy" }),
      (error) =>
        error instanceof UsageError && /from 1 to min\(m, n\) = 4 of a 4×6 matrix/.test(error.message),
    );
  }
  w.dispose();
});
