import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { type Activation, activations, findActivation } from "../../lib/nn/activation.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertGradient, assertNoLeak, weightedSum } from "../tensor_assertions.ts";

await useBackend();

for (const name of Object.keys(activations) as Activation[]) {
  Deno.test(`${name}: the gradient is that of finite differences`, () =>
    assertNoLeak(async () => {
      const { forward, backward } = activations[findActivation(name)];
      const [x, c] = [tf.tensor2d([[-3, -1.1, -0.2, 0.3, 1.4, 2.5]]), tf.tensor2d([[1, -2, 3, -1, 2, 0.5]])];
      const dx = tidy(() => backward(c, x));
      await assertGradient(x, dx, (x) => weightedSum(tidy(() => forward(x as tf.Tensor2D)), c));
      dispose([x, c, dx]);
    }));
}

Deno.test("findActivation: an unknown one is refused with those that there are", () => {
  assert.throws(
    () => findActivation("swish"),
    (e) => e instanceof UsageError && /known are gelu/.test(e.message),
  );
});
