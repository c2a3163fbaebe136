import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { largestCosines } from "../../lib/linalg/largest_cosines.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

Deno.test("largestCosines: an old direction has one of 1 whatever its sign and place, a new one that of its nearest", async () => {
  await assertNoLeak(async () => {
    const old = tf.tensor2d([[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
    const now = tf.tensor2d([[0, 0.48], [-1, 0.6], [0, -0.64]]);
    const cosines = await largestCosines(now, old);
    assert.ok(Math.abs(cosines[0]! - 1) < 1e-6 && Math.abs(cosines[1]! - 0.64) < 1e-6, `${cosines}`);
    dispose([old, now]);
  });
});
