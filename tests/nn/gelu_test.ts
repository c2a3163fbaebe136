import * as tf from "@tensorflow/tfjs-core";
import { gelu, geluBackward } from "../../lib/nn/gelu.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertAllClose, assertGradient, assertNoLeak, weightedSum } from "../tensor_assertions.ts";

await useBackend();
const points = [-4, -2.5, -1, -0.3, 0, 0.2, 0.75, 1.5, 3, 5];

Deno.test("gelu: x·Φ(x) has the values of the normal distribution, and the tanh form is near it", async () => {
  await assertNoLeak(async () => {
    const x = tf.tensor1d([-1.959963985, -0.674489750, 0, 0.674489750, 1.959963985]);
    const expected = tidy(() => tf.mul(x, tf.tensor1d([0.025, 0.25, 0.5, 0.75, 0.975])));
    for (const [form, atol] of [["erf", 1e-5], ["tanh", 5e-4]] as const) {
      const y = tidy(() => gelu(x, form));
      await assertAllClose(y, expected, { rtol: 0, atol });
      y.dispose();
    }
    dispose([x, expected]);
  });
});

for (const form of ["erf", "tanh"] as const) {
  Deno.test(`gelu: gelu(x) − gelu(−x) = x, and the gradient is that of finite differences (${form})`, async () => {
    await assertNoLeak(async () => {
      const [x, c] = [tf.tensor1d(points), tf.tensor1d(points.map((_, i) => i - 4.5))];
      const odd = tidy(() => tf.sub(gelu(x, form), gelu(tf.neg(x), form)));
      await assertAllClose(odd, x, { rtol: 1e-4, atol: 1e-5 });
      const dx = tidy(() => geluBackward(c, x, form));
      await assertGradient(x, dx, (x) => weightedSum(tidy(() => gelu(x, form)), c));
      dispose([x, c, odd, dx]);
    });
  });
}
