import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../../lib/adapters/adapt.ts";
import { loraForm } from "../../lib/adapters/lora_form.ts";
import { methods } from "../../lib/adapters/methods.ts";
import { lowRankDelta } from "../../lib/nn/low_rank.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertAllClose } from "../tensor_assertions.ts";
import { disturb } from "./disturb.ts";
import { withModel } from "./with_model.ts";

await useBackend();
const targets = ["k_proj", "down_proj"];
const dense = ["dora", "full"];

for (const { name, trains } of methods.filter(({ name }) => !dense.includes(name))) {
  Deno.test(`loraForm of ${name}: B·A is what the adapter adds to the weight as loaded, and to the reduced one`, async () => {
    await withModel(async (model) => {
      const given = new Map([...model.linears.values()].map((linear) => [linear, tf.clone(linear.weight)]));
      const adapter = await adapt(model, { method: name, rank: 3, alpha: 6, targets });
      disturb(adapter);
      const [difference, reduced] = [loraForm(adapter), loraForm(adapter, { base: "reduced" })];
      for (const { linear, update } of adapter.modules) {
        const [{ A, B }, plain] = [difference.get(linear)!, reduced.get(linear)!];
        assert.deepEqual(plain.A.shape, [3, linear.inputs]);
        assert.equal(A.shape[0], update.start && trains.includes("A") ? 6 : 3);
        const change = tidy(() => tf.sub(tf.add(linear.weight, linear.delta()), given.get(linear)!));
        const product = tf.matMul(B, A);
        await assertAllClose(product, change, { rtol: 1e-3, atol: 1e-4 });
        const { start, scaling } = update;
        const beyond = tidy(() => {
          const whole = tf.matMul(plain.B, plain.A);
          return start ? tf.sub(whole, lowRankDelta(start, scaling)) : whole;
        });
        await assertAllClose(beyond, change, { rtol: 1e-3, atol: 1e-4 });
        dispose([change, product, beyond]);
      }
      adapter.remove();
      dispose([[...given.values()], [...difference.values()], [...reduced.values()]]);
    });
  });
}

Deno.test("loraForm refuses an update that is not of low rank with the mend", async () => {
  for (const method of dense) {
    await withModel(async (model) => {
      const adapter = await adapt(model, { method, rank: 2, targets });
      assert.throws(() => loraForm(adapter), (e) => e instanceof UsageError && /merge it/.test(e.message));
      adapter.remove();
    });
  }
});
