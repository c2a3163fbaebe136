import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../../lib/adapters/adapt.ts";
import { loadAdapter, saveAdapter } from "../../lib/adapters/adapter_files.ts";
import type { Adapter } from "../../lib/adapters/adapter.ts";
import type { AdapterOptions } from "../../lib/adapters/adapter_spec.ts";
import { type CoreFormName, coreForms } from "../../lib/nn/core_form.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { Random } from "../../lib/tensor/random.ts";
import { tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { fitLinear } from "../../lib/training/fit_linear.ts";
import { withFolder } from "../temporary_folder.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";
import { disturb } from "./disturb.ts";
import { withModel } from "./with_model.ts";

await useBackend();

/** The losses of an adapter on one map (5, 6) that learns another. */
async function losses(options: Partial<AdapterOptions>): Promise<number[]> {
  const random = new Random(3);
  const linear = new Linear("query", tf.tensor2d(random.normal(30), [5, 6]));
  const [target, x] = [tf.tensor2d(random.normal(30), [5, 6]), tf.tensor2d(random.normal(48), [8, 6])];
  const adapter = await adapt({ linears: new Map([["query", linear]]) }, {
    method: "inttune",
    rank: 4,
    ...options,
  });
  const course = await fitLinear(adapter, target, x, { steps: 40, learningRate: 0.05 });
  adapter.remove();
  linear.dispose();
  tf.dispose([target, x]);
  return course;
}

/** The changes N − N₀ of the adapted maps, owned by the caller. */
function changes({ modules }: Adapter): tf.Tensor2D[] {
  return modules.map(({ update: { factors, core } }) => tf.sub(factors.N!, core!.start));
}

Deno.test("every form of N fits a map, the more numbers the better; N as a change of the start trains as N itself", async () => {
  await assertNoLeak(async () => {
    const full = await losses({});
    const tied = await losses({ core_tying: "all" });
    assert.ok(full.every((loss, i) => Math.abs(loss - tied[i]!) <= 1e-4 * full[0]!));
    for (const core_form of ["low-rank", "diagonal", "scalar"] as const) {
      const { 0: first, [40]: last } = await losses({ core_form });
      assert.ok(Math.abs(first! - full[0]!) <= 1e-5 * full[0]!);
      assert.ok(
        last! < first! && last! > full[40]!,
        `${core_form}: from ${first} to ${last}, N to ${full[40]}`,
      );
    }
  });
});

Deno.test("a start that is taken off again leaves no trace in IntTune: every core trains alike, but for a scale of it", async () => {
  const [copy, pinv] = [await losses({ core: "copy" }), await losses({ core: "pinv" })];
  assert.ok(copy.every((loss, i) => Math.abs(loss - pinv[i]!) <= 1e-3 * copy[0]!));
  const [scaledCopy, scaledPinv] = [
    await losses({ core: "copy", core_form: "scalar" }),
    await losses({ core: "pinv", core_form: "scalar" }),
  ];
  assert.ok(Math.abs(scaledCopy[5]! - scaledPinv[5]!) > 1e-3 * copy[0]!);
});

Deno.test("the change of N has the form that was asked for, and maps that are tied have it in common", async () => {
  await withModel(async (model) => {
    const adapter = await adapt(model, {
      method: "inttune",
      rank: 3,
      core_form: "low-rank",
      core_tying: "kind",
    });
    disturb(adapter);
    const kinds = Map.groupBy(changes(adapter), (_, i) => adapter.modules[i]!.linear.name.split(".").at(-1)!);
    assert.equal(kinds.size, 7);
    for (const [first, ...others] of kinds.values()) {
      for (const other of others) await assertAllClose(other, first!, { atol: 1e-6, rtol: 1e-5 });
      const minor = tidy(() => {
        const of = (i: number, j: number) => tf.reshape(tf.slice(first!, [i, j], [1, 1]), []);
        return tf.sub(tf.mul(of(0, 0), of(1, 1)), tf.mul(of(0, 1), of(1, 0)));
      });
      assert.ok(Math.abs((await minor.data())[0]!) <= 1e-6); // of rank 1
      tf.dispose([first!, ...others, minor]);
    }
    adapter.remove();
  });
});

Deno.test("what trains is saved and loaded to the bit in every form, so that training goes on", async () => {
  for (const core_form of Object.keys(coreForms) as CoreFormName[]) {
    await withFolder(async (folder) => {
      await withModel(async (model) => {
        const options = {
          method: "inttune",
          rank: 3,
          core_form,
          core_tying: "kind",
          residual: false,
        } as const;
        const adapter = await adapt(model, options);
        disturb(adapter);
        const trained = await Promise.all(adapter.parameters.map(({ value }) => value.data()));
        await saveAdapter(adapter, model, folder);
        adapter.remove();
        const again = await loadAdapter(model, folder);
        assert.deepEqual(await Promise.all(again.parameters.map(({ value }) => value.data())), trained);
        again.remove();
      });
    });
  }
});
