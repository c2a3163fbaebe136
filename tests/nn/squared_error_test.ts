import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { squaredError } from "../../lib/nn/squared_error.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

Deno.test("squaredError: the weighted sum of squares, and twice the error as gradient", () =>
  assertNoLeak(async () => {
    const [predictions, targets] = [tf.tensor2d([[1], [4]]), tf.tensor1d([3, 3.5])];
    const { loss, dPredictions } = squaredError(predictions, targets, 0.5);
    assert.equal((await loss.data())[0], 0.5 * (4 + 0.25));
    assert.deepEqual(dPredictions.shape, [2, 1]);
    assert.deepEqual([...await dPredictions.data()], [-2, 0.5]);
    dispose([predictions, targets, loss, dPredictions]);
  }));
