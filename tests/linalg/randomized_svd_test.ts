import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { Matrix } from "ml-matrix";
import { fromHost, toHost } from "../../lib/linalg/host_matrix.ts";
import { randomizedSvd, type TruncatedSvd } from "../../lib/linalg/randomized_svd.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";
import { assertRefused } from "./assert_refused.ts";
import { frobenius, ofRank, withSpectrum } from "./random_matrices.ts";

await useBackend();
const random = new Random(21);

/** ‖u·diag(s)·vᵀ − W‖ in the Frobenius norm. */
async function errorOf({ u, s, v }: TruncatedSvd, host: Matrix): Promise<number> {
  const rebuilt = tidy(() =>
    tf.matMul<tf.Tensor2D>(tf.mul(u, tf.tensor1d(Float32Array.from(s))), v, false, true)
  );
  const error = frobenius(Matrix.sub(await toHost(rebuilt), host));
  rebuilt.dispose();
  return error;
}

for (const [m, n] of [[30, 20], [20, 30]] as const) {
  Deno.test(`randomizedSvd rebuilds a ${m}×${n} matrix of its rank from orthonormal factors and falling values`, async () => {
    await assertNoLeak(async () => {
      const host = ofRank(m, n, 4, random);
      const w = fromHost(host);
      const found = await randomizedSvd(w, 4, new Random(0));
      assert.ok(await errorOf(found, host) < 1e-4 * frobenius(host));
      for (const factor of [found.u, found.v]) {
        const [gram, identity] = [tf.matMul(factor, factor, true, false), tf.eye(4)];
        await assertAllClose(gram, identity, { atol: 1e-4 });
        dispose([gram, identity]);
      }
      assert.ok(found.s.every((value, i) => i === 0 || value <= found.s[i - 1]!));
      dispose([w, found.u, found.v]);
    });
  });
}

Deno.test("randomizedSvd comes near the best error at its rank (Eckart–Young) on a slowly falling spectrum", async () => {
  await assertNoLeak(async () => {
    const spectrum = Array.from({ length: 40 }, (_, i) => 1 / (i + 1));
    const host = withSpectrum(60, 40, spectrum, random);
    const w = fromHost(host);
    const found = await randomizedSvd(w, 8, new Random(1));
    const [error, best] = [await errorOf(found, host), Math.hypot(...spectrum.slice(8))];
    assert.ok(error <= 1.001 * best && error >= best * (1 - 1e-5), `error ${error}, best ${best}`);
    found.s.forEach((value, i) => assert.ok(Math.abs(value - spectrum[i]!) < 1e-3));
    dispose([w, found.u, found.v]);
  });
});

Deno.test("randomizedSvd is better the more power iterations it makes", async () => {
  await assertNoLeak(async () => {
    const host = withSpectrum(40, 40, Array.from({ length: 40 }, (_, i) => 1 / Math.sqrt(i + 1)), random);
    const w = fromHost(host);
    const errors: number[] = [];
    for (const powerIterations of [0, 2, 6]) {
      const found = await randomizedSvd(w, 6, new Random(1), { powerIterations, oversampling: 2 });
      errors.push(await errorOf(found, host));
      dispose([found.u, found.v]);
    }
    assert.ok(errors[0]! > errors[1]! && errors[1]! > errors[2]!, errors.join());
    w.dispose();
  });
});

Deno.test("randomizedSvd refuses a rank, iterations and oversampling out of range, and what is not finite", async () => {
  const w = [[1, 2, 3], [4, 5, 6]];
  const random = new Random(0);
  await assertRefused(
    w,
    (x) => randomizedSvd(x, 3, random),
    /rank 3 is not from 1 to min\(m, n\) = 2 of a 2×3/,
  );
  await assertRefused(
    w,
    (x) => randomizedSvd(x, 1, random, { powerIterations: -1 }),
    /powerIterations is -1/,
  );
  await assertRefused(w, (x) => randomizedSvd(x, 1, random, { oversampling: 0.5 }), /oversampling is 0.5/);
  await assertRefused([[1, NaN]], (x) => randomizedSvd(x, 1, random), /NaN stands at \[0, 1\] of w \(1×2\)/);
});
