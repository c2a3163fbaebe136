import assert from "node:assert/strict";
import { plannedRuns } from "../../lib/experiments/planned_runs.ts";
import type { RunRecord } from "../../lib/experiments/record.ts";
import { completeSpec, type Spec } from "../../lib/experiments/spec.ts";
import { glueRecord, rightIn } from "../report/glue_record.ts";

const shared = { model: "minilm-l6", task: "glue/rte", epochs: 2 };
const specs = (["lora", "nlora"] as const).map((method) => completeSpec({ ...shared, method }));
const [lora, nlora] = specs as [Spec, Spec];

function record(spec: Spec, change: Partial<RunRecord["run"]> = {}): RunRecord {
  const sample = glueRecord({ method: spec.method }, rightIn(50));
  return { ...sample, run: { ...sample.run, spec, seed: spec.seed, ...change } };
}

Deno.test("plannedRuns: records in the experiment's order, whatever the steps of their epochs and the order of fields", () => {
  const turned = Object.fromEntries(Object.entries({ ...lora, steps: 77 }).reverse()) as unknown as Spec;
  const given = [record(nlora), record(turned)];
  assert.deepEqual(plannedRuns({ specs }, given), { records: [given[1], given[0]], missing: [] });
});

Deno.test("plannedRuns: what was not run or failed is missing; another spec's record is no substitute", () => {
  const failed = record(nlora, { status: "failed", error: "no memory" });
  const { records, missing } = plannedRuns({ specs }, [failed, record({ ...lora, rank: 4 })]);
  assert.deepEqual(records, []);
  assert.deepEqual(missing, [
    {
      task: "glue/rte",
      method: "lora",
      rank: lora.rank,
      learning_rate: lora.learning_rate,
      seed: 0,
      status: "not run",
      error: null,
    },
    {
      task: "glue/rte",
      method: "nlora",
      rank: nlora.rank,
      learning_rate: nlora.learning_rate,
      seed: 0,
      status: "failed",
      error: "no memory",
    },
  ]);
});

Deno.test("plannedRuns: of several records of a spec the last that is done counts", () => {
  const [first, second] = [record(lora), record(lora)];
  const failed = record(lora, { status: "failed", error: "" });
  const { records, missing } = plannedRuns({ specs: [lora] }, [first, second, failed]);
  assert.equal(records[0], second);
  assert.deepEqual(missing, []);
});
