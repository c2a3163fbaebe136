import assert from "node:assert/strict";
import { plannedRuns } from "../../../lib/experiments/planned_runs.ts";
import { keptRecords } from "../../../lib/experiments/read_records.ts";
import { recordKey } from "../../../lib/experiments/store/run_key.ts";
import { loadSweep } from "../../../lib/experiments/sweeps/load_sweep.ts";

for (const [name, runs] of [["ranks", 40], ["ranks_slow", 10]] as const) {
  Deno.test(`the kept sweep ${name} has one record for each spec of its grid, all of one code, model and data`, () => {
    const records = keptRecords(name);
    const { specs } = loadSweep(name, "laptop");
    assert.equal(specs.length, runs);
    assert.deepEqual(plannedRuns({ specs }, records).missing, []);
    assert.deepEqual([...new Set(records.map(({ run }) => run.status))], ["done"]);
    assert.equal(records.length, runs);
    assert.equal(new Set(records.map(recordKey)).size, runs);
    for (const field of ["code_digest", "model_digest", "data_digest", "backend"] as const) {
      assert.equal(new Set(records.map(({ meta }) => meta[field])).size, 1, field);
    }
  });
}
