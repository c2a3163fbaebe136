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
