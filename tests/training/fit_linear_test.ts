import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../../lib/adapters/adapt.ts";
import { methods } from "../../lib/adapters/methods.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { Random } from "../../lib/tensor/random.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { fitLinear } from "../../lib/training/fit_linear.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();
const [tokens, m, n] = [12, 5, 4];
const random = new Random(1);
const normal = (rows: number, columns: number) => tf.tensor2d(random.normal(rows * columns), [rows, columns]);
const [weight, target, x] = [normal(m, n), normal(m, n), normal(tokens, n)];
const onItsOwn = () => new Map([["w", new Linear("w", tf.clone(weight))]]);

Deno.test("the first loss is that of the given weight, half the mean squared length of the error", async () => {
  const expected = tf.tidy(() => {
    const error = tf.matMul(x, tf.sub<tf.Tensor2D>(weight, target), false, true);
    return tf.mean(tf.mul(tf.sum(tf.square(error), 1), 0.5));
  });
  const adapter = await adapt({ linears: onItsOwn() }, { method: "lora", rank: 2 });
  const losses = await fitLinear(adapter, target, x, { steps: 0, learningRate: 0.1 });
  assert.equal(losses.length, 1);
  assert.ok(Math.abs(losses[0]! - (await expected.data())[0]!) < 1e-4 * losses[0]!);
});

for (const { name } of methods) {
  Deno.test(`${name} comes nearer to the target, and no tensor is left behind`, async () => {
    const adapter = await adapt({ linears: onItsOwn() }, { method: name, rank: 2 });
    await assertNoLeak(async () => {
      const losses = await fitLinear(adapter, target, x, { steps: 10, learningRate: 0.01 });
      assert.equal(losses.length, 11);
      assert.ok(losses[10]! < losses[0]!, `from ${losses[0]} to ${losses[10]}`);
    });
  });
}

Deno.test("shapes that do not fit, and adapters of several maps, are refused", async () => {
  const adapter = await adapt({ linears: onItsOwn() }, { method: "lora", rank: 2 });
  const options = { steps: 1, learningRate: 0.1 };
  await assert.rejects(fitLinear(adapter, x, x, options), /w is 5×4, the target 12×4/);
  const two = new Map([["a", new Linear("a", tf.clone(weight))], ["b", new Linear("b", tf.clone(weight))]]);
  const wide = await adapt({ linears: two }, { method: "lora", rank: 2 });
  await assert.rejects(fitLinear(wide, target, x, options), UsageError);
});
