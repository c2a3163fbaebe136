import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../../lib/adapters/adapt.ts";
import type { FactorGradients } from "../../lib/nn/factors.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { AdapterOptimizer } from "../../lib/training/adapter_optimizer.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { tinyLlama } from "../models/tiny_llama.ts";

await useBackend();

/** The factors after some steps with gradients that are the factors themselves plus one, gone on from after the second. */
async function afterSteps(groupSize: number, resume: boolean): Promise<Float32Array> {
  const model = tinyLlama(2);
  const adapter = await adapt(model, { method: "nlora", rank: 3 });
  let optimizer = new AdapterOptimizer(adapter, { groupSize, weightDecay: 0.1 });
  for (let step = 0; step < 4; step++) {
    if (resume && step === 2) {
      const state = await optimizer.state();
      optimizer.dispose();
      optimizer = new AdapterOptimizer(adapter, { groupSize, weightDecay: 0.1 }, state);
    }
    const gradients = new Map<string, FactorGradients>();
    for (const { linear, factor, value } of adapter.parameters) {
      gradients.set(linear.name, { ...gradients.get(linear.name), [factor]: tf.add(value, 1) });
    }
    const flat = optimizer.takeGradients(gradients);
    optimizer.step(flat, 0.01);
    tf.dispose(flat);
  }
  const values = await optimizer.values();
  optimizer.dispose();
  adapter.remove();
  model.dispose();
  return values;
}

Deno.test("AdapterOptimizer: groups of any size take the same steps, also gone on from, and leave no tensor", async () => {
  await assertNoLeak(async () => {
    const whole = await afterSteps(1e9, false);
    for (const groupSize of [1, 50, 400]) {
      for (const resume of [false, true]) {
        const values = await afterSteps(groupSize, resume);
        assert.equal(values.length, whole.length);
        const far = values.findIndex((value, i) => Math.abs(value - whole[i]!) > 1e-6);
        assert.equal(far, -1, `groups of ${groupSize}: ${values[far]}, ${whole[far]}`);
      }
    }
  });
});

Deno.test("AdapterOptimizer: refuses the state of another adapter", async () => {
  const model = tinyLlama(2);
  const small = await adapt(model, { method: "inttune", rank: 2 });
  const optimizer = new AdapterOptimizer(small);
  const state = await optimizer.state();
  optimizer.dispose();
  small.remove();
  const large = await adapt(model, { method: "inttune", rank: 3 });
  assert.throws(() => new AdapterOptimizer(large, {}, state), /is one for 56 numbers, and 126 train/);
  large.remove();
  model.dispose();
});
