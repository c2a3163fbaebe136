import assert from "node:assert/strict";
import { adapt } from "../../lib/adapters/adapt.ts";
import { combineAdapters } from "../../lib/adapters/combine_adapters.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { withModel } from "./with_model.ts";

await useBackend();
const refuses = (body: () => void, words: RegExp) =>
  assert.throws(body, (e) => e instanceof UsageError && words.test(e.message));

Deno.test("adapters on different layers are on the model together; on the same one the second is refused", async () => {
  await withModel(async (model) => {
    const first = await adapt(model, { method: "nlora", rank: 2, layers: [0] });
    const second = await adapt(model, { method: "lora", rank: 2, layers: [1] });
    assert.ok(first.attached && second.attached);
    first.detach();
    assert.ok(!first.attached && second.attached);
    const third = await adapt(model, { method: "dora", rank: 2, targets: ["q_proj"], layers: [0] });
    refuses(() => first.attach(), /layers\.0\.self_attn\.q_proj has an adapter already/);
    assert.ok(third.attached && !first.attached);
    for (const adapter of [first, second, third]) adapter.remove();
  });
});

Deno.test("a detached or merged adapter takes no parameters and says what to do", async () => {
  await withModel(async (model) => {
    const adapter = await adapt(model, { method: "lora", rank: 2 });
    adapter.merge();
    refuses(() => adapter.setParameters([]), /call unmerge\(\) before new parameters/);
    adapter.detach();
    assert.ok(!adapter.merged);
    refuses(() => adapter.setParameters([]), /call attach\(\) before new parameters/);
    refuses(() => adapter.merge(), /call attach\(\) before merge\(\)/);
    adapter.remove();
  });
});

Deno.test("twenty switches leave the weights where they were", async () => {
  await withModel(async (model) => {
    const [linear] = model.linears.values();
    const given = await linear!.weight.data();
    const adapter = await adapt(model, { method: "nlora", core: "pinv", rank: 3 });
    for (let i = 0; i < 20; i++) {
      adapter.detach();
      adapter.attach();
    }
    adapter.remove();
    const after = await linear!.weight.data();
    const drift = Math.max(...Array.from(given, (value, i) => Math.abs(value - after[i]!)));
    assert.ok(drift <= 1e-5, `weights moved by ${drift}`);
  });
});

Deno.test("combineAdapters refuses nothing to add, a weight that is no number, and DoRA under another adapter", async () => {
  await withModel(async (model) => {
    refuses(() => combineAdapters([]), /no adapters are given/);
    const dora = await adapt(model, { method: "dora", rank: 2 });
    refuses(() => combineAdapters([{ adapter: dora, weight: NaN }]), /weight NaN of dora/);
    dora.detach();
    const lora = await adapt(model, { method: "lora", rank: 2 });
    refuses(() => combineAdapters([{ adapter: dora, weight: 1 }]), /has another adapter on it/);
    lora.remove();
    dora.remove();
  });
});
