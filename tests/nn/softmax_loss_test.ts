import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { softmaxLoss } from "../../lib/nn/softmax_loss.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertGradient, assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

Deno.test("softmaxLoss: −log of the target's share, and the gradient of finite differences", () =>
  assertNoLeak(async () => {
    const logits = tf.tensor2d([[0, Math.log(3), 0], [2, 0, -1]]);
    const targets = tf.tensor1d([1, 2], "int32");
    const { loss, dLogits } = softmaxLoss(logits, targets, 0.5);
    const second = Math.log(Math.E ** 2 + 1 + 1 / Math.E) + 1;
    assert.ok(Math.abs((await loss.data())[0]! - 0.5 * (Math.log(5 / 3) + second)) < 1e-5);
    await assertGradient(logits, dLogits, async (moved) => {
      const { loss, dLogits } = softmaxLoss(moved as tf.Tensor2D, targets, 0.5);
      const [value] = await loss.data();
      dispose([loss, dLogits]);
      return value!;
    });
    dispose([logits, targets, loss, dLogits]);
  }));

Deno.test("softmaxLoss: far logits stay finite", () =>
  assertNoLeak(async () => {
    const [logits, targets] = [tf.tensor2d([[1e4, -1e4]]), tf.tensor1d([1], "int32")];
    const { loss, dLogits } = softmaxLoss(logits, targets, 1);
    assert.deepEqual([...await loss.data(), ...await dLogits.data()], [2e4, 1, -1]);
    dispose([logits, targets, loss, dLogits]);
  }));
