import assert from "node:assert/strict";
import { adapt } from "../../lib/adapters/adapt.ts";
import { countTrainable } from "../../lib/adapters/count_trainable.ts";
import { coreTyings } from "../../lib/adapters/method.ts";
import { methods } from "../../lib/adapters/methods.ts";
import { type CoreFormName, coreForms } from "../../lib/nn/core_form.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { tinyLlama } from "../models/tiny_llama.ts";

await useBackend();

Deno.test("countTrainable: counts what adapters of every method train", async () => {
  const model = tinyLlama(2);
  const shapes = [...model.linears.values()].map(({ outputs, inputs }) => [outputs, inputs] as const);
  for (const { name: method } of methods) {
    const adapter = await adapt(model, { method, rank: 3 });
    assert.equal(countTrainable(shapes, { method, rank: 3 }), adapter.trainableParameters, method);
    adapter.remove();
  }
  model.dispose();
});

Deno.test("countTrainable: counts what every form of N trains, tied or not", async () => {
  const model = tinyLlama(2);
  const shapes = [...model.linears.values()].map(({ outputs, inputs, name }) =>
    [outputs, inputs, name] as const
  );
  for (const core_form of Object.keys(coreForms) as CoreFormName[]) {
    for (const core_tying of coreTyings) {
      const options = { method: "inttune", rank: 3, core_form, core_tying };
      const adapter = await adapt(model, options);
      assert.equal(
        countTrainable(shapes, options),
        adapter.trainableParameters,
        `${core_form}, ${core_tying}`,
      );
      adapter.remove();
    }
  }
  model.dispose();
});

Deno.test("countTrainable: refuses a method that there is not", () => {
  assert.throws(() => countTrainable([[2, 3]], { method: "lra", rank: 1 }), /lra/);
});
