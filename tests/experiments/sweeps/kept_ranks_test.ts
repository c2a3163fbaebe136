import assert from "node:assert/strict";
import { plannedRuns } from "../../../lib/experiments/planned_runs.ts";
import { keptRecords } from "../../../lib/experiments/read_records.ts";
import { recordKey } from "../../../lib/experiments/store/run_key.ts";
import { loadSweep } from "../../../lib/experiments/sweeps/load_sweep.ts";

for (const [name, runs] of [["ranks", 120], ["ranks_slow", 30]] as const) {
  Deno.test(`the kept sweep ${name} has one record for each spec of its grid, of one model and data, and of one code with each seed`, () => {
    const records = keptRecords(name);
    const { specs } = loadSweep(name, "laptop");
    assert.equal(specs.length, runs);
    assert.deepEqual(plannedRuns({ specs }, records).missing, []);
    assert.deepEqual([...new Set(records.map(({ run }) => run.status))], ["done"]);
    assert.equal(records.length, runs);
    assert.equal(new Set(records.map(recordKey)).size, runs);
    const seeds = Map.groupBy(records, ({ run }) => run.seed);
    assert.deepEqual([...seeds.keys()].sort(), [0, 1, 2]);
    for (const field of ["model_digest", "data_digest", "backend"] as const) {
      assert.equal(new Set(records.map(({ meta }) => meta[field])).size, 1, field);
    }
    for (const some of seeds.values()) {
      assert.equal(new Set(some.map(({ meta }) => meta.code_digest)).size, 1);
    }
  });
}
