import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { keptRecords } from "../../../lib/experiments/read_records.ts";
import { recordKey } from "../../../lib/experiments/run_key.ts";
import { expandGrid } from "../../../lib/experiments/sweeps/expand_grid.ts";
import { gridFrom } from "../../../lib/experiments/sweeps/grid.ts";

Deno.test("the kept sweep of ranks has one record for each spec of its grid, all of one code, model and data", () => {
  const grid = JSON.parse(
    readFileSync(join(import.meta.dirname!, "../../../data/sweeps/ranks.json"), "utf8"),
  );
  const name = (spec: { method: string; rank: number; learning_rate: number }) =>
    `${spec.method} ${spec.rank} ${spec.learning_rate}`;
  const records = keptRecords("ranks");
  assert.deepEqual(
    records.map(({ run }) => name(run.spec)).sort(),
    expandGrid(gridFrom(grid, "laptop")).map(name).sort(),
  );
  assert.deepEqual([...new Set(records.map(({ run }) => run.status))], ["done"]);
  assert.equal(new Set(records.map(recordKey)).size, 40);
  for (const field of ["code_digest", "model_digest", "data_digest", "backend"] as const) {
    assert.equal(new Set(records.map(({ meta }) => meta[field])).size, 1, field);
  }
});
