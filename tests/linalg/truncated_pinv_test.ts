import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { fromHost } from "../../lib/linalg/host_matrix.ts";
import { truncatedPinv } from "../../lib/linalg/truncated_pinv.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertNoLeak, maxAbs } from "../tensor_assertions.ts";
import { assertRefused } from "./assert_refused.ts";
import { withSpectrum } from "./random_matrices.ts";

await useBackend();

for (const [rtol, kept] of [[undefined, 4], [0.2, 3], [0.4, 2], [0.9, 1]] as const) {
  Deno.test(`truncatedPinv at rtol ${rtol} keeps ${kept} of the values 8, 4, 2, 1 and says so`, async () => {
    await assertNoLeak(async () => {
      const x = fromHost(withSpectrum(6, 4, [8, 4, 2, 1], new Random(7)));
      const { inverse, ...truncation } = await truncatedPinv(x, rtol);
      assert.deepEqual([truncation.kept, truncation.of, Math.round(truncation.cond)], [kept, 4, 8]);
      const projector = tf.matMul(inverse, x); // onto the kept directions: its trace is how many there are
      const identity = tf.eye(4);
      const trace = tidy(() => tf.sum(tf.mul(projector, identity)));
      assert.ok(Math.abs((await trace.data())[0]! - kept) < 1e-4);
      dispose([x, inverse, projector, identity, trace]);
    });
  });
}

Deno.test("truncatedPinv of zero is zero, with nothing kept", async () => {
  await assertNoLeak(async () => {
    const x = tf.zeros([2, 3]) as tf.Tensor2D;
    const { inverse, kept, of, cond } = await truncatedPinv(x);
    assert.deepEqual([inverse.shape, kept, of, cond, await maxAbs(inverse)], [[3, 2], 0, 2, Infinity, 0]);
    dispose([x, inverse]);
  });
});

Deno.test("truncatedPinv refuses an rtol out of range and what is not finite", async () => {
  await assertRefused([[1]], (x) => truncatedPinv(x, 2), /rtol 2 is not from 0 up to 1/);
  await assertRefused([[1], [NaN]], (x) => truncatedPinv(x), /NaN stands at \[1, 0\]/);
});
