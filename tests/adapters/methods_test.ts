import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../../lib/adapters/adapt.ts";
import { loadAdapter, saveAdapter } from "../../lib/adapters/adapter_files.ts";
import type { AdapterOptions, AdapterSpec } from "../../lib/adapters/adapter_spec.ts";
import { combineAdapters } from "../../lib/adapters/combine_adapters.ts";
import { coreTyings } from "../../lib/adapters/method.ts";
import { findMethod, methods } from "../../lib/adapters/methods.ts";
import { rankOf } from "../../lib/adapters/adapter_spec.ts";
import { nystromCores } from "../../lib/linalg/nystrom_core.ts";
import { samplings } from "../../lib/linalg/sampling.ts";
import { type CoreFormName, coreForms } from "../../lib/nn/core_form.ts";
import type { FactorName } from "../../lib/nn/factors.ts";
import type { Linear } from "../../lib/nn/linear.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { padBatch } from "../../lib/text/batches.ts";
import { withFolder } from "../temporary_folder.ts";
import { assertAllClose, assertGradient, maxAbs } from "../tensor_assertions.ts";
import { disturb } from "./disturb.ts";
import { withModel } from "./with_model.ts";

const backend = await useBackend();
/** On an emulated card each method is tested once, and one gradient of it; elsewhere with every choice, and three. */
const emulated = /llvmpipe|swiftshader/i.test(backend.device);
const compared = emulated ? 1 : 3;

/** Every method with every choice that it has, in turn; NLoRA's cores with and without the residual. */
const cases: AdapterOptions[] = methods.flatMap(({ name, choices, inits }) => {
  const one: AdapterOptions = { method: name, rank: 3, alpha: 6 };
  if (emulated) return [one];
  return [
    ...inits.length > 0 ? inits.map((init) => ({ ...one, init })) : choices.includes("core") ? [] : [one],
    ...choices.includes("core")
      ? nystromCores.flatMap((core) => [{ ...one, core }, { ...one, core, residual: false }])
      : [],
    ...name === "nlora"
      ? samplings.map((rows) => ({ ...one, core: "cur" as const, rows, columns: rows }))
      : [],
    ...choices.includes("core_form")
      ? [
        ...Object.keys(coreForms).slice(1).map((form) => ({ ...one, core_form: form as CoreFormName })),
        ...coreTyings.slice(1).map((core_tying) => ({ ...one, core_tying })),
        {
          ...one,
          core_form: "low-rank" as const,
          core_rank: 2,
          residual: false,
          rank_pattern: { k_proj: 2 },
        },
        { ...one, core_form: "scalar" as const, core_tying: "kind" as const, residual: false },
      ]
      : [],
    ...name === "lora"
      ? [{ ...one, rslora: true }, { ...one, rank_pattern: { k_proj: 2 }, alpha_pattern: { down_proj: 5 } }]
      : [],
  ];
});
const label = ({ method, rank: _, alpha: __, ...choices }: AdapterOptions) =>
  Object.keys(choices).length > 0 ? `${method} ${JSON.stringify(choices)}` : method;
const ids = Int32Array.from([3, 1, 4, 1, 5, 9, 2, 6]);
const batch = padBatch([{ ids: [3, 1, 4, 1, 5, 9], promptLength: 2 }, { ids: [2, 6, 5], promptLength: 1 }]);

const sizes: Record<FactorName, (linear: Linear, rank: number) => number> = {
  A: ({ inputs }, rank) => rank * inputs,
  lambda_d: (_, rank) => rank,
  N: (_, rank) => rank * rank,
  B: ({ outputs }, rank) => outputs * rank,
  lambda_b: ({ outputs }) => outputs,
  delta: ({ outputs, inputs }) => outputs * inputs,
  magnitude: ({ outputs }) => outputs,
  bias: ({ outputs }) => outputs,
};

/** How many numbers train, each form of N and each way to tie it by hand. */
function numbersOf(spec: AdapterSpec, maps: readonly Linear[]): number {
  const { core_form, core_rank, core_tying = "none" } = spec;
  const forms: Record<string, (rank: number) => number> = {
    diagonal: (rank) => rank,
    "low-rank": (rank) => 2 * rank * (core_rank ?? 1),
    scalar: () => 1,
  };
  const counted = new Set<string>();
  const numbers = maps.flatMap((linear) => {
    const rank = rankOf(spec, linear);
    const key =
      { none: linear.name, kind: `${linear.name.split(".").at(-1)} ${rank}`, all: String(rank) }[core_tying];
    return findMethod(spec.method).trains.map((factor) => {
      if (factor === "N" && counted.has(key)) return 0;
      if (factor === "N") counted.add(key);
      return factor === "N" && forms[core_form!] ? forms[core_form!]!(rank) : sizes[factor](linear, rank);
    });
  });
  return numbers.reduce((a, b) => a + b, 0);
}

async function logitsDiffer(a: tf.Tensor, b: tf.Tensor): Promise<number> {
  const difference = tf.sub(a, b);
  const value = await maxAbs(difference);
  difference.dispose();
  return value;
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
      assert.equal(adapter.trainableParameters, numbersOf(adapter.spec, maps));

      const { loss, gradients } = model.lossAndGradients(batch);
      for (const [place, parameter] of adapter.parameters.slice(0, compared).entries()) {
        const { linear, factor, core } = parameter;
        const update = linear.update!;
        const kept = update.factors;
        const value = tf.clone(parameter.value);
        const gradient = adapter.takeGradient(parameter, gradients);
        await assertGradient(value, gradient, async (changed) => {
          if (core) adapter.setParameters([tf.clone(changed)], place);
          else update.factors = { ...kept, [factor]: changed }; // DoRA's gradient holds the row norms fixed
          const shifted = model.loss(batch);
          const [number] = await shifted.data();
          shifted.dispose();
          return number!;
        }, { step: 2.5e-3, rtol: 5e-2, atol: 2e-3 }).catch((error) => {
          throw new Error(`${parameter.name}: ${error.message}`);
        });
        if (!core) update.factors = kept;
        adapter.setParameters([value], place);
        gradient.dispose();
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
    await withFolder(async (folder) => {
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
    });
  });

  Deno.test(`${label(options)}: gives way to another adapter and comes back; half of it and half of the other add up`, async () => {
    await withModel(async (model) => {
      const given = model.logits(ids, 2);
      const first = await adapt(model, { ...options, targets: ["k_proj", "down_proj"] });
      disturb(first);
      const ofFirst = model.logits(ids, 2);
      const [linear] = first.modules.map(({ linear }) => linear);
      first.detach();
      const between = model.logits(ids, 2);
      assert.ok(await logitsDiffer(given, between) <= 1e-4);
      const second = await adapt(model, { method: "slora", rank: 2, targets: ["down_proj"], seed: 5 });
      disturb(second, 9);
      second.detach();
      first.attach();
      const again = model.logits(ids, 2);
      assert.ok(await logitsDiffer(ofFirst, again) <= 1e-4 * Math.max(1, await maxAbs(ofFirst)));
      first.detach();

      const only = combineAdapters([{ adapter: first, weight: 1 }, { adapter: second, weight: 0 }]);
      only.attach();
      const sum = model.logits(ids, 2);
      assert.ok(await logitsDiffer(ofFirst, sum) <= 1e-3 * Math.max(1, await maxAbs(ofFirst)));
      const whole = linear!.delta();
      only.remove();
      const half = combineAdapters([{ adapter: first, weight: 0.5 }]);
      half.attach();
      const halved = tidy(() => tf.mul(linear!.delta(), 2));
      await assertAllClose(halved, whole, { atol: 1e-5 * Math.max(1, await maxAbs(whole)), rtol: 1e-4 });
      half.remove();
      first.remove();
      second.remove();
      dispose([given, ofFirst, between, again, sum, whole, halved]);
    });
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
