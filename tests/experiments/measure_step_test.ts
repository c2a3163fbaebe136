import assert from "node:assert/strict";
import { measureStep } from "../../lib/experiments/measure_step.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { tinyLlama } from "../models/tiny_llama.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

Deno.test("measureStep: counts what trains, and leaves the model as it was", async () => {
  const model = tinyLlama();
  const weight = model.linears.get("model.layers.0.self_attn.q_proj")!.weight;
  const before = await weight.data();
  await assertNoLeak(async () => {
    const step = { rank: 3, batch: 2, length: 8, steps: 2 };
    const { trainable_parameters, ...costs } = await measureStep(model, { method: "inttune", ...step });
    assert.equal(trainable_parameters, model.linears.size * 3 * 3);
    assert.ok(Object.values(costs).every((cost) => cost > 0 && cost < Infinity));
    assert.ok(Math.abs(costs.tokens_per_s * costs.step_s - 16) < 1e-9);
  });
  const linear = model.linears.get("model.layers.0.self_attn.q_proj")!;
  assert.equal(linear.update, null);
  assert.deepEqual(await linear.weight.data(), before);
  model.dispose();
});

Deno.test("measureStep: the memory holds values and both moments of what trains", async () => {
  const model = tinyLlama();
  const { peak_memory_bytes, trainable_parameters } = await measureStep(model, {
    method: "full",
    batch: 1,
    length: 4,
    recompute: true,
  });
  assert.ok(peak_memory_bytes >= 3 * 4 * trainable_parameters);
  model.dispose();
});

Deno.test("measureStep: numbers that are too small are refused, and a bad adapter leaves nothing behind", async () => {
  const model = tinyLlama();
  const step = { method: "lora", rank: 2, batch: 1, length: 4 };
  for (const wrong of [{ batch: 0 }, { length: 1 }, { steps: 0 }, { method: "nothing" }]) {
    await assertNoLeak(() => assert.rejects(measureStep(model, { ...step, ...wrong }), UsageError));
  }
  model.dispose();
});
