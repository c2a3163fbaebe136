import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { clipGradient } from "../../lib/training/clip_gradient.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

Deno.test("clipGradient: scales a gradient above the limit to it, as PyTorch does, and no other", async () => {
  await assertNoLeak(async () => {
    const gradient = tf.tensor1d([2, -3, 6]); // of norm 7
    // PyTorch: clip_coef = max_norm / (total_norm + 1e-6), at most 1
    const cases: [limit: number, expected: number[]][] = [
      [3.5, [1, -1.5, 3]],
      [7, [2, -3, 6]],
      [100, [2, -3, 6]],
      [0, [2, -3, 6]],
    ];
    for (const [limit, expected] of cases) {
      const clipped = clipGradient(gradient, 7, limit);
      await assertAllClose(clipped, expected, { rtol: 1e-6 });
      clipped.dispose();
    }
    const exact = clipGradient(gradient, 7, 0);
    assert.deepEqual([...await exact.data()], [2, -3, 6]);
    tf.dispose([gradient, exact]);
  });
});

Deno.test("clipGradient: a gradient of zero stays zero", async () => {
  const gradient = tf.zeros<tf.Rank.R1>([2]);
  const clipped = clipGradient(gradient, 0, 1);
  assert.deepEqual([...await clipped.data()], [0, 0]);
  tf.dispose([gradient, clipped]);
});
