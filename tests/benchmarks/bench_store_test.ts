import assert from "node:assert/strict";
import { join } from "node:path";
import { runScript } from "../../lib/benchmarks/run_script.ts";
import { keptRecords } from "../../lib/experiments/read_records.ts";
import type { StoreTimes } from "../../lib/benchmarks/store_times.ts";

Deno.test("bench_store_ours opens all records of a folder, filters and plots them", async () => {
  const folder = join(import.meta.dirname!, "../../data/records/ranks");
  const { runs, damaged, rows, figure_bytes, ...times } = await runScript<StoreTimes>("bench_store_ours.ts", [
    folder,
  ]);
  assert.deepEqual([runs, damaged], [keptRecords("ranks").length, 0]);
  assert.ok(rows > 0 && rows < runs && figure_bytes > 1000);
  for (const seconds of Object.values(times)) assert.ok(seconds > 0);
});
