import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { relativeError } from "../../lib/linalg/relative_error.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { assertRefused } from "./assert_refused.ts";

await useBackend();

Deno.test("relativeError is 0 for W itself, 1 for zero, and does not change with the scale", async () => {
  await assertNoLeak(async () => {
    const w = tf.tensor2d([[3, -1], [0, 2]]);
    const [zero, near] = [tf.zerosLike(w), tf.tensor2d([[3, -1], [1, 2]])];
    const [w9, near9] = [tf.mul<tf.Tensor2D>(w, 9), tf.mul<tf.Tensor2D>(near, 9)];
    assert.equal(await relativeError(w, w), 0);
    assert.equal(await relativeError(w, zero), 1);
    assert.ok(Math.abs(await relativeError(w9, near9) - await relativeError(w, near)) < 1e-6);
    dispose([w, zero, near, w9, near9]);
  });
});

Deno.test("relativeError refuses shapes that differ, with both", async () => {
  const other = tf.ones([2, 1]) as tf.Tensor2D;
  await assertRefused([[1, 2]], (w) => relativeError(w, other), /W is 1×2 and the approximation 2×1/);
  other.dispose();
});
