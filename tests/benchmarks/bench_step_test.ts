import assert from "node:assert/strict";
import { runScript } from "../../lib/benchmarks/run_script.ts";
import type { StepCase, StepTimes } from "../../lib/benchmarks/step_case.ts";

const given: StepCase = {
  model: "SmolLM2-135M",
  method: "inttune",
  rank: 4,
  batch: 1,
  length: 4,
  recompute: false,
  steps: 2,
};

Deno.test("bench_step_ours times steps, and loss and gradients as a part of each", async () => {
  const times = await runScript<StepTimes>("bench_step_ours.ts", [JSON.stringify(given)]);
  assert.equal(times.seconds.length, 2);
  times.seconds.forEach((seconds, i) => {
    const pass = times.pass_seconds![i]!;
    assert.ok(pass > 0 && pass < seconds, `${pass} of ${seconds}`);
  });
  assert.ok(times.peak_memory_bytes > 4 * 134e6, "the weights alone take more");
});

Deno.test("bench_step_products gives the time of the layers' products and of the head's", async () => {
  const times = await runScript<Record<string, number>>("bench_step_products.ts", [JSON.stringify(given)]);
  assert.deepEqual(Object.keys(times), ["layers_s", "head_s", "gflops"]);
  assert.ok(Object.values(times).every((value) => value > 0 && value < Infinity));
});
