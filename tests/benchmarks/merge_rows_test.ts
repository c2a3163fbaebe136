import assert from "node:assert/strict";
import { join } from "node:path";
import { benchRow } from "../../lib/benchmarks/bench_row.ts";
import { mergeRows } from "../../lib/benchmarks/merge_rows.ts";
import { UsageError } from "../../lib/usage_error.ts";

Deno.test("rows take the places of those of the same case, others come behind, and other files are left alone", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "step.json");
  const read = async () => JSON.parse(await Deno.readTextFile(path));
  await mergeRows(path, {
    rows: [benchRow("a", 1, 2, "s"), benchRow("b", 3, 4, "s")],
    machine: { cores: 1 },
  });
  await mergeRows(path, {
    rows: [benchRow("c", 5, 5, "s"), benchRow("a", 4, 2, "s")],
    machine: { cores: 2 },
  });
  const { rows, machine } = await read();
  assert.deepEqual(rows, [benchRow("a", 4, 2, "s"), benchRow("b", 3, 4, "s"), benchRow("c", 5, 5, "s")]);
  assert.deepEqual(machine, { cores: 2 });
  await Deno.writeTextFile(path, '{"rows": 3}');
  await assert.rejects(mergeRows(path, { rows, machine }), UsageError);
  assert.deepEqual(await read(), { rows: 3 });
  await Deno.remove(folder, { recursive: true });
});
