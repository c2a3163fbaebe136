import assert from "node:assert/strict";
import { adapt } from "../../lib/adapters/adapt.ts";
import { adapterBundle } from "../../lib/report/adapter_display.ts";
import { linearBundle } from "../../lib/report/linear_display.ts";
import { modelBundle } from "../../lib/report/model_display.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { withModel } from "../adapters/with_model.ts";

await useBackend();

Deno.test("a model is the tree of its linear maps, layers that are alike in one entry, with the adapter beside them", () =>
  withModel(async (model) => {
    const plain = modelBundle(model)["text/plain"] as string;
    assert.match(plain, /^random [\d,]+ parameters\n/);
    assert.match(plain, /\n {6}0–1 \(2 alike\)\n {8}self_attn\n {10}q_proj \(16, 12\) float32\n/);
    const numbers = [...plain.matchAll(/([\d,]+) parameters/g)].map(([, text]) =>
      Number(text!.replaceAll(",", ""))
    );
    assert.equal(numbers[0], model.parameters);
    assert.equal(numbers[1], 23 * 12 + 5 * 12, "embedding (also the output map) and five norms");

    const adapter = await adapt(model, { method: "nlora", rank: 2, targets: ["q_proj"], layers: [1] });
    const bundle = modelBundle(model);
    const adapted = bundle["text/plain"] as string;
    assert.match(adapted, /an adapter on 1 of 14 linear maps, of which 60 parameters train/);
    assert.match(
      adapted,
      /q_proj \(16, 12\) float32; A \(2, 12\) trains, N \(2, 2\) trains, B \(16, 2\) trains, s = 1\n/,
    );
    assert.ok(!adapted.includes("alike"));
    assert.equal((bundle["text/html"] as string).match(/<details/g)!.length, 3 + 2 * 3);
    adapter.merge();
    assert.match(
      linearBundle(adapter.modules[0]!.linear)["text/plain"] as string,
      /q_proj \(16, 12\).*s = 1, merged$/,
    );
    adapter.remove();
  }));

Deno.test("an adapter tells its method, scaling, state and share, and has a row for each kind of target", () =>
  withModel(async (model) => {
    const adapter = await adapt(model, {
      method: "inttune",
      rank: 2,
      alpha: 4,
      targets: ["q_proj", "v_proj"],
    });
    const text = () => adapterBundle(adapter)["text/plain"] as string;
    assert.match(text(), /^IntTune adapter\nrank +2\nscaling +s = 2 \(alpha 4\)\n/);
    assert.match(text(), /state +on its model\ntrains +16 parameters, 2\.\d+ % of the 576 in the weights/);
    assert.match(text(), /q_proj +\(16, 12\) +A \(2, 12\), N \(2, 2\) trains, B \(16, 2\), s = 2 +2 +8/);
    assert.match(adapterBundle(adapter)["text/html"] as string, /<td>v_proj<\/td>/);
    adapter.detach();
    assert.match(text(), /state +not on its model/);
    adapter.remove();
  }));
