import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { AdamW } from "../../lib/training/adamw.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

/** AdamW as PyTorch documents it, number by number in double precision. */
function reference(values: number[], gradients: number[][], rate: number, weightDecay: number): number[] {
  const [first, second] = [values.map(() => 0), values.map(() => 0)];
  let p = [...values];
  gradients.forEach((g, t) => {
    p = p.map((value, i) => {
      first[i] = 0.9 * first[i]! + 0.1 * g[i]!;
      second[i] = 0.999 * second[i]! + 0.001 * g[i]! ** 2;
      const mean = first[i]! / (1 - 0.9 ** (t + 1));
      const deviation = Math.sqrt(second[i]! / (1 - 0.999 ** (t + 1)));
      return value * (1 - rate * weightDecay) - rate * mean / (deviation + 1e-8);
    });
  });
  return p;
}

for (const weightDecay of [0, 0.1]) {
  Deno.test(`AdamW: three steps are those of the definition (weight decay ${weightDecay})`, async () => {
    await assertNoLeak(async () => {
      const start = [0.5, -1, 2];
      const gradients = [[0.1, -0.2, 3], [0.3, 0.1, -1], [-0.1, 1e-4, 0.5]];
      const optimizer = new AdamW(3, { weightDecay });
      let values = tf.tensor1d(start);
      for (const g of gradients) {
        const gradient = tf.tensor1d(g);
        const next = optimizer.step(values, gradient, 0.01);
        tf.dispose([values, gradient]);
        values = next;
      }
      await assertAllClose(values, reference(start, gradients, 0.01, weightDecay), { rtol: 1e-5 });
      values.dispose();
      optimizer.dispose();
    });
  });
}

Deno.test("AdamW: an optimizer that goes on from another's state takes the same steps to the last bit", async () => {
  await assertNoLeak(async () => {
    const gradient = tf.tensor1d([0.1, -3, 1e-4]);
    const steps = async (optimizer: AdamW, count: number, from: Float32Array) => {
      let values = tf.tensor1d(from);
      for (let i = 0; i < count; i++) {
        const next = optimizer.step(values, gradient, 0.01);
        values.dispose();
        values = next;
      }
      const data = Float32Array.from(await values.data());
      values.dispose();
      return data;
    };
    const start = Float32Array.of(0.5, -1, 2);
    const [whole, first] = [new AdamW(3, { weightDecay: 0.1 }), new AdamW(3, { weightDecay: 0.1 })];
    const unbroken = await steps(whole, 5, start);
    const half = await steps(first, 2, start);
    const second = new AdamW(3, { weightDecay: 0.1 }, await first.state());
    assert.deepEqual(await steps(second, 3, half), unbroken);
    const state = await second.state();
    assert.throws(() => new AdamW(4, {}, state), /is one for 3 numbers, and 4 train/);
    for (const optimizer of [whole, first, second]) optimizer.dispose();
    gradient.dispose();
  });
});
