import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../../lib/adapters/adapt.ts";
import { loadAdapter, saveAdapter } from "../../lib/adapters/adapter_files.ts";
import type { Adapter } from "../../lib/adapters/adapter.ts";
import type { AdapterOptions } from "../../lib/adapters/adapter_spec.ts";
import { findMethod, methods } from "../../lib/adapters/methods.ts";
import { nystromCores } from "../../lib/linalg/nystrom.ts";
import type { Llama } from "../../lib/models/llama.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { padBatch } from "../../lib/text/batches.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { tinyLlama } from "../models/tiny_llama.ts";
import { assertAllClose, assertGradient, assertNoLeak, maxAbs } from "../tensor_assertions.ts";

const backend = await useBackend();
/** Factors whose gradients are compared with finite differences: one where a card is emulated, else three. */
const compared = /llvmpipe|swiftshader/i.test(backend.device) ? 1 : 3;

/** Every method with every choice that it has. */
const cases: AdapterOptions[] = methods.flatMap((method) =>
  method.nystrom
    ? nystromCores.flatMap((core) =>
      [true, false].map((residual) => ({ method: method.name, rank: 3, alpha: 6, core, residual }))
    )
    : [{ method: method.name, rank: 3, alpha: 6 }]
);
const label = ({ method, core, residual }: AdapterOptions) =>
  core ? `${method} (core ${core}, ${residual ? "exact start" : "as released"})` : method;
const ids = Int32Array.from([3, 1, 4, 1, 5, 9, 2, 6]);
const batch = padBatch([{ ids: [3, 1, 4, 1, 5, 9], promptLength: 2 }, { ids: [2, 6, 5], promptLength: 1 }]);

/** Moves all trained factors by seeded noise, as training would. */
function disturb(adapter: Adapter, seed = 7): void {
  const random = new Random(seed);
  adapter.setParameters(
    adapter.parameters.map(({ value }) =>
      tf.tidy(() =>
        tf.add(value, tf.tensor2d(random.normal(value.size, 0, 0.05), value.shape)) as tf.Tensor2D
      )
    ),
  );
}

async function logitsDiffer(a: tf.Tensor, b: tf.Tensor): Promise<number> {
  const difference = tf.sub(a, b);
  const value = await maxAbs(difference);
  difference.dispose();
  return value;
}

async function withModel(body: (model: Llama) => Promise<void>): Promise<void> {
  await assertNoLeak(async () => {
    const model = tinyLlama(1);
    await body(model);
    model.dispose();
  });
}

for (const options of cases) {
  const method = findMethod(options.method);
  const exact = method.exactStart && options.residual !== false;

  Deno.test(`${label(options)}: step 0 is ${exact ? "exact" : "not the given model"}, and remove gives it back`, async () => {
    await withModel(async (model) => {
      const given = model.logits(ids, 2);
      const adapter = await adapt(model, options);
      const adapted = model.logits(ids, 2);
      const difference = await logitsDiffer(given, adapted);
      if (exact) assert.ok(difference <= 1e-4, `step-0 logits differ by ${difference}`);
      else assert.ok(difference > 1e-4, `step-0 logits differ by ${difference} only`);
      disturb(adapter);
      adapter.remove();
      const removed = model.logits(ids, 2);
      assert.ok(await logitsDiffer(given, removed) <= 1e-4);
      dispose([given, adapted, removed]);
    });
  });

  Deno.test(`${label(options)}: trains ${method.trains.join(", ")} and nothing else, with gradients of finite differences`, async () => {
    await withModel(async (model) => {
      const adapter = await adapt(model, { ...options, targets: ["k_proj", "down_proj"] });
      disturb(adapter);
      assert.deepEqual(new Set(adapter.parameters.map((p) => p.factor)), new Set(method.trains));
      const maps = [...model.linears.values()].filter((l) => /k_proj|down_proj/.test(l.name));
      const sizes = {
        A: (l: typeof maps[0]) => 3 * l.inputs,
        N: () => 9,
        B: (l: typeof maps[0]) => l.outputs * 3,
      };
      const expected = maps.reduce((sum, l) => sum + method.trains.reduce((s, f) => s + sizes[f](l), 0), 0);
      assert.equal(adapter.trainableParameters, expected);

      const { loss, gradients } = model.lossAndGradients(batch);
      for (const { linear, factor, value, name } of adapter.parameters.slice(0, compared)) {
        const update = linear.update!;
        const kept = update.factors;
        await assertGradient(value, gradients.get(linear.name)![factor]!, async (changed) => {
          update.factors = { ...kept, [factor]: changed as tf.Tensor2D };
          const shifted = model.loss(batch);
          const [number] = await shifted.data();
          shifted.dispose();
          return number!;
        }, { step: 5e-3, rtol: 5e-2, atol: 2e-3 }).catch((error) => {
          throw new Error(`${name}: ${error.message}`);
        });
        update.factors = kept;
      }
      dispose([loss, [...gradients.values()]]);
      adapter.remove();
    });
  });

  Deno.test(`${label(options)}: merge keeps the logits, unmerge gives the weights back`, async () => {
    await withModel(async (model) => {
      const adapter = await adapt(model, options);
      disturb(adapter);
      const linear = adapter.modules[0]!.linear;
      const weight = tf.clone(linear.weight);
      const beside = model.logits(ids, 2);
      adapter.merge();
      adapter.merge(); // a second time changes nothing
      assert.ok(adapter.merged);
      const merged = model.logits(ids, 2);
      assert.ok(await logitsDiffer(beside, merged) <= 1e-3 * Math.max(1, await maxAbs(beside)));
      adapter.unmerge();
      await assertAllClose(linear.weight, weight, {
        atol: 1e-5 * Math.max(1, await maxAbs(weight)),
        rtol: 1e-4,
      });
      dispose([weight, beside, merged]);
      adapter.remove();
    });
  });

  Deno.test(`${label(options)}: saved, then loaded on the model anew, gives the same logits`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "nlora-"));
    try {
      await withModel(async (model) => {
        const adapter = await adapt(model, options);
        disturb(adapter);
        const trained = model.logits(ids, 2);
        const bytes = await saveAdapter(adapter, model, folder);
        assert.ok(bytes >= 4 * adapter.trainableParameters);
        adapter.remove();
        const again = await loadAdapter(model, folder);
        assert.deepEqual(again.spec, adapter.spec);
        const loaded = model.logits(ids, 2);
        assert.ok(await logitsDiffer(trained, loaded) <= 1e-4 * Math.max(1, await maxAbs(trained)));
        dispose([trained, loaded]);
        again.remove();
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

Deno.test("a seed fixes a random start, another seed gives another", async () => {
  await withModel(async (model) => {
    const starts: Float32Array[] = [];
    for (const seed of [1, 1, 2]) {
      const adapter = await adapt(model, { method: "lora", rank: 2, seed });
      starts.push(Float32Array.from(await adapter.parameters[0]!.value.data()));
      adapter.remove();
    }
    assert.deepEqual(starts[0], starts[1]);
    assert.notDeepEqual(starts[0], starts[2]);
  });
});

Deno.test("wrong options are refused with the mend, and the model stays as it was", async () => {
  await withModel(async (model) => {
    const refused = async (options: AdapterOptions, words: RegExp) => {
      await assert.rejects(adapt(model, options), (e) => e instanceof UsageError && words.test(e.message));
      assert.ok([...model.linears.values()].every((linear) => linear.update === null));
    };
    await refused({ method: "lora", rank: 0 }, /rank 0 is not a whole number from 1/);
    await refused(
      { method: "lora", rank: 9 },
      /rank 9 exceeds min\(m, n\) = 8 of model\.layers\.0\.self_attn\.k_proj/,
    );
    await refused({ method: "lora", rank: 1.5 }, /whole number/);
    await refused({ method: "dora", rank: 2 }, /unknown method "dora"; choose one of lora, pissa/);
    await refused({ method: "lora", rank: 2, core: "cur" }, /options of nlora and inttune/);
    await refused({ method: "nlora", rank: 2, core: "svd" as "cur" }, /copy, pinv, cur/);
    await refused({ method: "lora", rank: 2, targets: ["query"] }, /unknown targets \["query"\]/);
    await refused({ method: "lora", rank: 2, alpha: -1 }, /alpha -1/);

    const adapter = await adapt(model, { method: "lora", rank: 2 });
    await assert.rejects(adapt(model, { method: "lora", rank: 2 }), /has an adapter already/);
    adapter.remove();
  });
});

Deno.test("an adapter for another model, a damaged one and a missing one are refused, and the model stays as it was", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nlora-"));
  try {
    await withModel(async (model) => {
      const adapter = await adapt(model, { method: "nlora", rank: 2 });
      await saveAdapter(adapter, { name: "another", digest: "0".repeat(64), linears: model.linears }, folder);
      adapter.remove();
      await assert.rejects(loadAdapter(model, folder), /was made for another/);
      const config = join(folder, "adapter.json");
      const text = readFileSync(config, "utf8").replace("0".repeat(64), model.digest);
      writeFileSync(config, text);
      (await loadAdapter(model, folder)).remove();
      const factors = join(folder, "adapter_model.safetensors");
      const bytes = readFileSync(factors);
      writeFileSync(factors, bytes.subarray(0, bytes.length - 5));
      await assert.rejects(loadAdapter(model, folder), UsageError);
      writeFileSync(config, "{");
      await assert.rejects(loadAdapter(model, folder), /not the description of an adapter/);
      await assert.rejects(loadAdapter(model, join(folder, "none")), /there is no adapter/);
      assert.ok([...model.linears.values()].every((linear) => linear.update === null));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
