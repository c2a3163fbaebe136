import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../../lib/adapters/adapt.ts";
import { hasRawOps } from "../../lib/tensor/raw_op.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import type { LossAndGradients } from "../../lib/models/loss_and_gradients.ts";
import { train } from "../../lib/training/train.ts";
import type { TrainOptions } from "../../lib/training/train_options.ts";
import type { Trainable } from "../../lib/training/trainer.ts";
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

Deno.test("train: packed examples take the same steps as padded ones (≤ 1e-5), and count the same tokens", async () => {
  await assertNoLeak(async () => {
    const changes: Partial<TrainOptions>[] = [{}, { packing: true }, { packing: true, accumulation: 2 }];
    const runs = [];
    for (const change of changes) {
      const model = tinyLlama(2);
      const adapter = await adapt(model, { method: "nlora", rank: 3 });
      runs.push(
        (await train(model, adapter, examples, { ...options, batch: 4, length: 40, ...change })).points,
      );
      adapter.remove();
      model.dispose();
    }
    const [padded, ...packed] = runs;
    for (const points of packed) {
      points.forEach(({ loss, tokens }, i) => {
        assert.ok(Math.abs(loss - padded![i]!.loss) <= 1e-5, `step ${i + 1}: ${loss}, ${padded![i]!.loss}`);
        assert.equal(tokens, padded![i]!.tokens);
      });
    }
  });
});

Deno.test("train: bucketing sees every example once a pass, those of similar length together", async () => {
  const all = Array.from({ length: 32 }, (_, i) => ({
    prompt: "1",
    response: Array.from({ length: 1 + 5 * i % 32 }, () => 2).join(" "),
  }));
  await assertNoLeak(async () => {
    const model = tinyLlama(2);
    const adapter = await adapt(model, { method: "lora", rank: 2 });
    const { points } = await train(model, adapter, all, {
      ...{ ...options, steps: 16, length: 40 },
      ...{ shuffleSeed: 3, bucketing: true },
    });
    const tokens = points.map((point) => point.tokens); // of 2 examples with lengths k and k + 1
    assert.deepEqual(tokens.toSorted((a, b) => a - b), Array.from({ length: 16 }, (_, i) => 5 + 4 * i));
    assert.notDeepEqual(tokens, tokens.toSorted((a, b) => a - b));
    adapter.remove();
    model.dispose();
  });
});

Deno.test({
  name: "train: in mixed precision the loss falls as in float32, to 5 %",
  ignore: !hasRawOps(),
  fn: async () => {
    const [exact, mixed] = [await losses({}), await losses({ precision: "bfloat16" })];
    assert.notDeepEqual(mixed, exact);
    mixed.forEach((loss, i) =>
      assert.ok(Math.abs(loss - exact[i]!) <= 0.05 * exact[i]!, `${mixed}, ${exact}`)
    );
  },
});

Deno.test("train: activations made anew give the losses of those that were kept (≤ 1e-5)", async () => {
  const [kept, anew] = [await losses({}), await losses({ recompute: true })];
  kept.forEach((loss, i) => assert.ok(Math.abs(loss - anew[i]!) <= 1e-5, `${kept}, ${anew}`));
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

/** A model whose pass `bad` goes as `change` has it. */
function failing(
  model: Trainable,
  bad: number,
  change: (given: LossAndGradients) => LossAndGradients,
): Trainable {
  let pass = 0;
  return {
    tokenizer: model.tokenizer,
    lossAndGradients(batch, weight) {
      const given = model.lossAndGradients(batch, weight);
      return ++pass === bad ? change(given) : given;
    },
  };
}

/** Trains on a model that fails in step 3; gives the result, the steps of the checkpoints, and the factors. */
async function withFailure(change: (given: LossAndGradients) => LossAndGradients, accumulation = 1) {
  const model = tinyLlama(2);
  const adapter = await adapt(model, { method: "lora", rank: 2 });
  const kept: number[] = [];
  const result = await train(failing(model, 2 * accumulation + 1, change), adapter, examples, {
    ...{ ...options, accumulation, checkpointSteps: 1 },
    onCheckpoint: ({ points }) => Promise.resolve(void kept.push(points.length)),
  });
  const factors = await Promise.all(adapter.parameters.map(async ({ value }) => [...await value.data()]));
  adapter.remove();
  model.dispose();
  return { result, kept, factors };
}

const filled = (tensor: tf.Tensor, value: number) => {
  const { shape } = tensor;
  tensor.dispose();
  return tf.fill(shape, value);
};

Deno.test("train: a loss that is no number ends the training before it reaches the factors", async () => {
  await assertNoLeak(async () => {
    const { result, kept, factors } = await withFailure(({ loss, gradients }) => ({
      loss: filled(loss, NaN) as tf.Scalar,
      gradients,
    }));
    assert.deepEqual([result.status, result.points.map(({ step }) => step)], ["diverged", [1, 2]]);
    assert.match(result.error!, /^step 3: the loss is NaN; the factors are those before this step/);
    assert.deepEqual(kept, [1, 2]);
    assert.ok(factors.flat().every(Number.isFinite));
  });
});

Deno.test("train: a gradient that is not finite is named where the way back meets it first", async () => {
  await assertNoLeak(async () => {
    const name = "model.layers.1.mlp.up_proj";
    const { result, factors } = await withFailure(({ loss, gradients }) => {
      const broken = new Map(gradients);
      for (const linear of ["model.layers.0.self_attn.q_proj", name]) {
        const { A, ...others } = broken.get(linear)!;
        broken.set(linear, { ...others, A: filled(A!, Infinity) });
      }
      return { loss, gradients: broken };
    });
    assert.equal(result.status, "diverged");
    assert.match(
      result.error!,
      /step 3: the gradient's norm is Infinity; on the way back model\.layers\.1\.mlp\.up_proj\.A is the first/,
    );
    assert.ok(factors.flat().every(Number.isFinite));
  });
});

Deno.test("train: factors that are not finite are named", async () => {
  await assertNoLeak(async () => {
    const model = tinyLlama(2);
    const adapter = await adapt(model, { method: "lora", rank: 2 });
    const name = "model.layers.1.self_attn.o_proj.B";
    adapter.setParameters(
      adapter.parameters.map((p) => p.name === name ? tf.fill(p.value.shape, NaN) : tf.clone(p.value)),
    );
    const { status, error, points } = await train(model, adapter, examples, options);
    assert.deepEqual([status, points], ["diverged", []]);
    assert.match(error!, /layers\.1\.self_attn\.o_proj\.B is not finite before the step already/);
    adapter.remove();
    model.dispose();
  });
});

Deno.test("train: a step that does not fit into memory ends the training with numbers and advice, and leaves no tensor", async () => {
  await assertNoLeak(async () => {
    const { result, kept, factors } = await withFailure(() => {
      throw new Error("OOM when allocating tensor with shape[2,32,20] and type float");
    }, 2);
    assert.deepEqual([result.status, result.points.length], ["oom", 2]);
    assert.match(
      result.error!,
      /^step 3: out of memory: a pass of 1 × 32 tokens does not fit; choose recompute/,
    );
    assert.match(result.error!, /OOM when allocating tensor/);
    assert.deepEqual(kept, [1, 2]);
    assert.ok(factors.flat().every(Number.isFinite));
  });
});

Deno.test("train: clipping changes the steps, not the norm that is told", async () => {
  await assertNoLeak(async () => {
    const run = async (maxGradNorm: number) => {
      const model = tinyLlama(2);
      const adapter = await adapt(model, { method: "lora", rank: 2 });
      const { points } = await train(model, adapter, examples, { ...options, steps: 4, maxGradNorm });
      adapter.remove();
      model.dispose();
      return points;
    };
    const [free, wide, tight] = [await run(0), await run(1e9), await run(0.1)];
    assert.deepEqual(wide, free);
    assert.equal(tight[0]!.grad_norm, free[0]!.grad_norm);
    assert.ok(tight[0]!.grad_norm > 0.1);
    assert.notEqual(tight[3]!.loss, free[3]!.loss);
  });
});

Deno.test("train: a checkpoint is due by steps, by minutes, at the end and for an interrupt", async () => {
  await assertNoLeak(async () => {
    const kept = async (changes: Partial<TrainOptions>, stopAfter = Infinity) => {
      const model = tinyLlama(2);
      const adapter = await adapt(model, { method: "lora", rank: 2 });
      const controller = new AbortController();
      const steps: number[] = [];
      await train(model, adapter, examples, {
        ...{ ...options, ...changes, steps: 3, batch: 1 },
        signal: controller.signal,
        onStep: ({ step }) => step === stopAfter && controller.abort(),
        onCheckpoint: ({ points }) => Promise.resolve(void steps.push(points.length)),
      });
      adapter.remove();
      model.dispose();
      return steps;
    };
    assert.deepEqual(await kept({}), [3]);
    assert.deepEqual(await kept({ checkpointSteps: 2 }), [2, 3]);
    assert.deepEqual(await kept({ checkpointMinutes: 1e-9 }), [1, 2, 3]);
    assert.deepEqual(await kept({ checkpointSteps: 3, checkpointMinutes: 1000 }), [3]);
    assert.deepEqual(await kept({}, 2), [2]);
  });
});

Deno.test("train: a length without a response is refused", async () => {
  await assert.rejects(losses({ length: 2 }), /no response tokens are left within 2 tokens/);
});

Deno.test("train: each pass over the examples is told between two steps", async () => {
  const told: string[] = [];
  const after: number[] = [];
  await losses({
    ...{ steps: 7, batch: 3 }, // 4 examples: passes end in steps 2, 3, 4 and 6
    onStep: ({ step }) => after.push(step),
    onEpoch: ({ epoch, step }) => {
      told.push(`${epoch} at ${step}`);
      return Promise.resolve(assert.equal(after.at(-1), step));
    },
  });
  assert.deepEqual(told, ["1 at 2", "2 at 3", "3 at 4", "4 at 6"]);
  told.length = 0;
  await losses({ steps: 2, onEpoch: ({ step }) => Promise.resolve(void told.push(`${step}`)) });
  assert.deepEqual(told, [], "the last step's is the caller's own");
});
