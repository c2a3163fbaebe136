import assert from "node:assert/strict";
import { methods } from "../../lib/adapters/methods.ts";
import { completeSpec, type PartialSpec } from "../../lib/experiments/spec.ts";
import { UsageError } from "../../lib/usage_error.ts";

const base = { model: "smollm2-135m-instruct", task: "arithmetic", method: "lora" };

const refused = (spec: object, words: RegExp) =>
  assert.throws(
    () => completeSpec(spec as PartialSpec),
    (error) => error instanceof UsageError && words.test(error.message),
  );

Deno.test("completeSpec: alpha is the rank, the learning rate the method's own; what is given stays", () => {
  for (const { name, learningRate } of methods) {
    const { rank, alpha, learning_rate } = completeSpec({ ...base, method: name });
    assert.deepEqual([rank, alpha, learning_rate], [16, 16, learningRate]);
  }
  assert.equal(completeSpec({ ...base, rank: 8 }).alpha, 8);
  const whole = completeSpec({ ...base, rank: 8, alpha: 32, learning_rate: 1e-3, steps: 7, shuffle: true });
  assert.deepEqual([whole.alpha, whole.learning_rate, whole.steps, whole.shuffle], [32, 1e-3, 7, true]);
  assert.deepEqual(completeSpec(whole), whole);
});

Deno.test("completeSpec: a field that is undefined counts as left out", () => {
  const given = { ...base, steps: undefined, alpha: undefined, core: undefined } as unknown as PartialSpec;
  assert.deepEqual(completeSpec(given), completeSpec(base));
});

Deno.test("completeSpec: unknown fields, methods and cores, and options of another method, are refused", () => {
  refused({ ...base, epoch: 3 }, /a spec has no field epoch; its fields are model, task, method, rank/);
  refused({ ...base, method: "adalora" }, /unknown method "adalora"/);
  refused({ ...base, method: "nlora", core: "svd" }, /unknown core "svd"; choose one of copy, pinv, cur/);
  refused({ ...base, core: "cur" }, /core is not a choice of lora/);
  refused({ ...base, residual: true }, /residual is not a choice of lora/);
});
