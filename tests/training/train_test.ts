import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../../lib/adapters/adapt.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { train, type TrainOptions } from "../../lib/training/train.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { tinyLlama } from "../models/tiny_llama.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();
const examples = [
  { prompt: "3 1 4", response: "1 5 9" },
  { prompt: "2 6", response: "5 3" },
  { prompt: "5 8 9 7", response: "9 3 2" },
  { prompt: "3 8", response: "4 6 2 6" },
];
const options: TrainOptions = { steps: 6, batch: 2, learningRate: 0.02, length: 16, warmupSteps: 2 };

async function losses(changes: Partial<TrainOptions>, method = "nlora"): Promise<number[]> {
  let result: number[] = [];
  await assertNoLeak(async () => {
    const model = tinyLlama(2);
    const adapter = await adapt(model, { method, rank: 3 });
    result = (await train(model, adapter, examples, { ...options, ...changes })).points.map((p) => p.loss);
    adapter.remove();
    model.dispose();
  });
  return result;
}

Deno.test("train: the loss on examples seen again and again falls, for NLoRA and for N alone", async () => {
  for (const method of ["nlora", "inttune"]) {
    const all = await losses({ steps: 30, batch: 4, learningRate: 0.05 }, method);
    assert.ok(all.at(-1)! < 0.7 * all[0]!, `${method}: from ${all[0]} to ${all.at(-1)}`);
  }
});

Deno.test("train: accumulation takes the same steps as one forward pass", async () => {
  const [whole, split] = [await losses({ batch: 4 }), await losses({ batch: 4, accumulation: 3 })];
  whole.forEach((loss, i) =>
    assert.ok(Math.abs(loss - split[i]!) < 2e-3, `step ${i + 1}: ${loss}, ${split[i]}`)
  );
});

Deno.test("train: a seed fixes the order of the examples; without one they come in their own", async () => {
  const own = await losses({});
  assert.deepEqual(own, await losses({}));
  assert.deepEqual(await losses({ shuffleSeed: 5 }), await losses({ shuffleSeed: 5 }));
  assert.notDeepEqual(own, await losses({ shuffleSeed: 5 }));
});

Deno.test("train: an abort stops after the step under way and keeps what was trained", async () => {
  await assertNoLeak(async () => {
    const model = tinyLlama(2);
    const adapter = await adapt(model, { method: "lora", rank: 2 });
    const before = Float32Array.from(await adapter.parameters[1]!.value.data());
    const controller = new AbortController();
    const result = await train(model, adapter, examples, {
      ...options,
      signal: controller.signal,
      onStep: ({ step }) => step === 2 && controller.abort(),
    });
    assert.equal(result.status, "interrupted");
    assert.equal(result.points.length, 2);
    assert.notDeepEqual(Float32Array.from(await adapter.parameters[1]!.value.data()), before);
    adapter.remove();
    model.dispose();
  });
});

Deno.test("train: announces itself to a host that interrupts, and heeds it", async () => {
  const symbol = Symbol.for("nlora.interrupt");
  const controller = new AbortController();
  const host = globalThis as unknown as { [symbol: symbol]: unknown };
  let cooperating = 0;
  const kept = host[symbol];
  host[symbol] = {
    signal: controller.signal,
    cooperate: () => {
      cooperating++;
      return () => cooperating--;
    },
  };
  try {
    const model = tinyLlama(2);
    const adapter = await adapt(model, { method: "lora", rank: 2 });
    const result = await train(model, adapter, examples, {
      ...options,
      onStep: ({ step }) => {
        assert.equal(cooperating, 1);
        if (step === 3) controller.abort();
      },
    });
    assert.deepEqual([result.status, result.points.length, cooperating], ["interrupted", 3, 0]);
    adapter.remove();
    model.dispose();
  } finally {
    host[symbol] = kept;
  }
});

Deno.test("train: a loss that is no number stops before it reaches the factors", async () => {
  await assertNoLeak(async () => {
    const model = tinyLlama(2);
    const adapter = await adapt(model, { method: "lora", rank: 2 });
    const broken = {
      tokenizer: model.tokenizer,
      lossAndGradients: (...args: Parameters<typeof model.lossAndGradients>) => {
        const { loss, gradients } = model.lossAndGradients(...args);
        loss.dispose();
        return { loss: tf.scalar(NaN), gradients };
      },
    };
    const before = Float32Array.from(await adapter.parameters[0]!.value.data());
    const result = await train(broken, adapter, examples, options);
    assert.deepEqual([result.status, result.points.length], ["diverged", 1]);
    assert.deepEqual(Float32Array.from(await adapter.parameters[0]!.value.data()), before);
    adapter.remove();
    model.dispose();
  });
});

Deno.test("train: numbers out of range and lengths without a response are refused with the mend", async () => {
  await assertNoLeak(async () => {
    const model = tinyLlama(2);
    const adapter = await adapt(model, { method: "lora", rank: 2 });
    const refused = (changes: Partial<TrainOptions>, words: RegExp) =>
      assert.rejects(
        train(model, adapter, examples, { ...options, ...changes }),
        (error) => error instanceof UsageError && words.test(error.message),
      );
    await refused({ steps: 0 }, /steps 0 is not a whole number from 1/);
    await refused({ batch: 1.5 }, /batch 1.5/);
    await refused({ learningRate: 0 }, /learning rate 0/);
    await refused({ length: 2 }, /no response tokens are left within 2 tokens/);
    adapter.merge();
    await refused({}, /merged into the weights; call unmerge\(\)/);
    adapter.remove();
    model.dispose();
  });
});
