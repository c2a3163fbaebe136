import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { choleskyQr } from "../../lib/linalg/cholesky_qr.ts";
import { fromHost } from "../../lib/linalg/host_matrix.ts";
import { hasRawOps } from "../../lib/tensor/raw_op.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";
import { ofRank, withSpectrum } from "./random_matrices.ts";

await useBackend();
const ignore = !hasRawOps();

for (const cond of [1, 30, 1000]) {
  const name = `choleskyQr of a matrix of cond ${cond}: orthonormal to rounding, and rebuilt`;
  Deno.test({ name, ignore }, async () => {
    await assertNoLeak(async () => {
      const spectrum = Array.from({ length: 8 }, (_, i) => cond ** (-i / 7));
      const x = fromHost(withSpectrum(60, 8, spectrum, new Random(2)));
      const found = await choleskyQr(x);
      assert.ok(found);
      const { q, r } = found;
      const [gram, identity, rebuilt] = [tf.matMul(q, q, true, false), tf.eye(8), tf.matMul(q, r)];
      await assertAllClose(gram, identity, { atol: 2e-6 });
      await assertAllClose(rebuilt, x, { atol: 1e-6 });
      dispose([x, q, r, gram, identity, rebuilt]);
    });
  });
}

Deno.test(
  { name: "choleskyQr gives up on dependent columns, and leaves nothing behind", ignore },
  async () => {
    await assertNoLeak(async () => {
      const x = fromHost(ofRank(60, 8, 3, new Random(2)));
      assert.equal(await choleskyQr(x), null);
      x.dispose();
    });
  },
);
