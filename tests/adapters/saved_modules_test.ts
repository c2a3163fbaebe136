import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../../lib/adapters/adapt.ts";
import { loadAdapter, saveAdapter } from "../../lib/adapters/adapter_files.ts";
import { combineAdapters } from "../../lib/adapters/combine_adapters.ts";
import { loadPeft } from "../../lib/adapters/load_peft.ts";
import { savePeft } from "../../lib/adapters/save_peft.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";
import { disturb } from "./disturb.ts";

await useBackend();

/** Two adapted maps, a pooler that could be one too, and a new head of two maps. */
function headed() {
  const random = new Random(3);
  const make = (name: string, m: number, n: number, deviation = 1) =>
    new Linear(name, tf.tensor2d(random.normal(m * n, 0, deviation), [m, n]), tf.tensor1d(random.normal(m)));
  const body = ["layer.0.query", "layer.0.value", "pooler.dense"].map((name) => make(name, 4, 4));
  const head = [make("classifier.dense", 4, 4, 0), make("classifier.out_proj", 2, 4, 0)];
  const all = [...body, ...head];
  return {
    name: "tiny",
    digest: "d",
    linears: new Map(body.map((linear) => [linear.name, linear])),
    head: new Map(head.map((linear) => [linear.name, { linear, deviation: 0.5 }])),
    outputs: (x: tf.Tensor2D) => tidy(() => tf.concat(all.map((linear) => linear.forward(x).y), 1)),
    dispose: () => all.forEach((linear) => linear.dispose()),
  };
}

const options = { method: "lora", rank: 2, targets: ["query", "value"] } as const;

Deno.test("modules_to_save: by default the head trains whole, drawn from the seed, and merges", () =>
  assertNoLeak(async () => {
    const model = headed();
    const adapter = await adapt(model, { ...options, seed: 1 });
    assert.deepEqual(adapter.spec.modules_to_save, ["classifier.dense", "classifier.out_proj"]);
    assert.deepEqual(adapter.saved.map(({ update }) => [...update.trains]), [["delta", "bias"], [
      "delta",
      "bias",
    ]]);
    assert.equal(adapter.trainableParameters, 2 * (2 * 4 + 2 * 4) + (4 * 4 + 4) + (2 * 4 + 2));
    const drawn = Array.from(await adapter.saved[0]!.update.factors.delta!.data());
    disturb(adapter);
    const x = tf.tensor2d(new Random(4).normal(3 * 4), [3, 4]);
    const beside = model.outputs(x);
    adapter.merge();
    const merged = model.outputs(x);
    await assertAllClose(merged, beside, { rtol: 1e-4, atol: 1e-5 });
    adapter.remove();
    const again = await adapt(model, { ...options, seed: 1 });
    assert.deepEqual(Array.from(await again.saved[0]!.update.factors.delta!.data()), drawn);
    again.remove();
    const other = await adapt(model, { ...options, seed: 2 });
    assert.notDeepEqual(Array.from(await other.saved[0]!.update.factors.delta!.data()), drawn);
    other.remove();
    dispose([x, beside, merged]);
    model.dispose();
  }));

Deno.test("modules_to_save: other maps can be named, and are then not adapted; an unknown name is refused", () =>
  assertNoLeak(async () => {
    const model = headed();
    const adapter = await adapt(model, {
      method: "lora",
      rank: 2,
      modules_to_save: ["pooler", "classifier.out_proj"],
    });
    assert.deepEqual(adapter.adapted.map(({ linear }) => linear.name), ["layer.0.query", "layer.0.value"]);
    assert.deepEqual(adapter.spec.modules_to_save, ["pooler.dense", "classifier.out_proj"]);
    const unchanged = adapter.saved[0]!.update.factors.delta!;
    await assertAllClose(unchanged, new Float32Array(16), { rtol: 0, atol: 0 }); // it came with the model
    adapter.remove();
    await assert.rejects(
      adapt(model, { ...options, modules_to_save: ["score"] }),
      (e) => e instanceof UsageError && /modules_to_save "score" fits no linear map/.test(e.message),
    );
    model.dispose();
  }));

const ways = {
  "this library's files": {
    save: saveAdapter,
    load: loadAdapter,
  },
  "PEFT's files": {
    save: (adapter: Parameters<typeof savePeft>[0], _: unknown, folder: string) => savePeft(adapter, folder),
    load: loadPeft,
  },
};

for (const [way, { save, load }] of Object.entries(ways)) {
  Deno.test(`modules_to_save: ${way} keep the head`, () =>
    assertNoLeak(async () => {
      const folder = await mkdtemp(join(tmpdir(), "nlora-"));
      const model = headed();
      const adapter = await adapt(model, options);
      disturb(adapter);
      const x = tf.tensor2d(new Random(4).normal(3 * 4), [3, 4]);
      const expected = model.outputs(x);
      await save(adapter, model, folder);
      adapter.remove();
      const loaded = await load(model, folder);
      assert.deepEqual(loaded.spec.modules_to_save, ["classifier.dense", "classifier.out_proj"]);
      const outputs = model.outputs(x);
      await assertAllClose(outputs, expected, { rtol: 1e-5, atol: 1e-5 });
      loaded.remove();
      dispose([x, expected, outputs]);
      model.dispose();
      await rm(folder, { recursive: true });
    }));
}

Deno.test("modules_to_save: of a sum of adapters it is the sum of their changes", () =>
  assertNoLeak(async () => {
    const model = headed();
    const adapters = [];
    for (const seed of [1, 2]) {
      const adapter = await adapt(model, { ...options, seed });
      disturb(adapter);
      adapter.detach();
      adapters.push(adapter);
    }
    const [first, second] = adapters;
    const sum = combineAdapters([{ adapter: first!, weight: 0.25 }, { adapter: second!, weight: 0.75 }]);
    sum.attach();
    for (const name of ["delta", "bias"] as const) {
      const [a, b, both] = [first!, second!, sum].map((adapter) => adapter.saved[1]!.update.factors[name]!);
      const expected = tidy(() => tf.add(tf.mul(a!, 0.25), tf.mul(b!, 0.75)));
      await assertAllClose(both!, expected);
      expected.dispose();
    }
    for (const adapter of [sum, ...adapters]) adapter.remove();
    model.dispose();
  }));
