import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as aq from "arquero";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { openStore } from "../../lib/experiments/store/open_store.ts";
import { paretoPicture } from "../../lib/report/pareto_picture.ts";
import { runsTable } from "../../lib/report/runs_table.ts";
import { writeTable } from "../../lib/report/write_table.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { withFolder } from "../temporary_folder.ts";
import { failedRecord, sampleRecord } from "./sample_record.ts";

const records = [
  sampleRecord({ method: "lora", eval_limit: "all", targets: ["q_proj"] }, [2, 1]),
  sampleRecord({ method: "nlora", rank: 4, eval_limit: 8 }, [3, 2], 1000),
  failedRecord("slora"),
];

Deno.test("runsTable: a row for each run, failed ones too, a column for each field; Arquero filters it", () => {
  const table = runsTable(records);
  assert.equal(table.numRows(), 3);
  assert.deepEqual(
    table.filter("d => d.rank < 8").objects().map((row) => (row as { method: string }).method),
    [
      "nlora",
    ],
  );
  assert.deepEqual([...table.array("targets") as string[]], ['["q_proj"]', null, null]);
  assert.deepEqual([...table.array("final_loss") as number[]], [1.5, 2.5, null]);
  assert.deepEqual([...table.array("status") as string[]], ["done", "done", "failed"]);
});

Deno.test("runsTable: a run that was scored on several tasks has a row for each", () => {
  const [run] = records;
  const score = { metric: "accuracy", value: 0.5, before: 0, n: 2, eval_s: 1, examples_file: null };
  const several = { ...run!, eval: { ...score, also: { math: { ...score, value: 0.25 } } } };
  const rows = runsTable([several, records[1]!]).select("task", "method", "value").objects();
  assert.deepEqual(rows.slice(0, 2), [
    { task: run!.run.spec.task, method: "lora", value: 0.5 },
    { task: "math", method: "lora", value: 0.25 },
  ]);
  assert.equal(rows.length, 3);
});

Deno.test("writeTable: Parquet gives the rows again, its columns of one type whatever is in them", async () => {
  await withFolder(async (folder) => {
    const table = runsTable(records);
    const path = join(folder, "runs.parquet");
    await writeTable(path, table);
    const file = new Uint8Array(readFileSync(path)).buffer;
    const expected = (table.objects() as { eval_limit: unknown }[])
      .map((row) => ({ ...row, eval_limit: String(row.eval_limit) }));
    assert.deepEqual(await parquetReadObjects({ file }), expected);
    const { schema } = parquetMetadata(file);
    const typeOf = (column: string) => {
      const { type, converted_type } = schema.find(({ name }) => name === column)!;
      return [type, converted_type];
    };
    assert.deepEqual(typeOf("rank"), ["DOUBLE", undefined]);
    assert.deepEqual(typeOf("value"), ["DOUBLE", undefined]);
    assert.deepEqual(typeOf("shuffle"), ["BOOLEAN", undefined]);
    for (const column of ["method", "eval_limit", "train_split"]) {
      assert.deepEqual(typeOf(column), ["BYTE_ARRAY", "UTF8"], column);
    }
  });
});

Deno.test("writeTable: Arrow, CSV and JSON give the rows again; another ending is refused", async () => {
  await withFolder(async (folder) => {
    const table = runsTable(records);
    const methods = ["lora", "nlora", "slora"];
    const arrow = join(folder, "runs.arrow");
    await writeTable(arrow, table);
    const read = aq.fromArrow(readFileSync(arrow).buffer as ArrayBuffer);
    assert.deepEqual(read.columnNames(), table.columnNames());
    assert.deepEqual([...read.array("method") as string[]], methods);
    assert.deepEqual([...read.array("rank") as number[]], [16, 4, 16]);
    assert.deepEqual([...read.array("eval_limit") as string[]], ["all", "8", "0"], "mixed types as texts");
    assert.deepEqual([...read.array("final_loss") as number[]], [1.5, 2.5, null]);

    await writeTable(join(folder, "runs.csv"), table);
    assert.deepEqual(
      [...aq.fromCSV(readFileSync(join(folder, "runs.csv"), "utf8")).array("method") as string[]],
      methods,
    );
    await writeTable(join(folder, "runs.json"), table);
    assert.equal(JSON.parse(readFileSync(join(folder, "runs.json"), "utf8"))[1].rank, 4);
    const alike = table.filter("d => d.eval_limit === 'all'"); // no column of several types, and a filter
    await writeTable(arrow, alike);
    assert.equal(aq.fromArrow(readFileSync(arrow).buffer as ArrayBuffer).numRows(), 1);
    await assert.rejects(
      writeTable(join(folder, "runs.xlsx"), table),
      (error) => error instanceof UsageError && /\.parquet, \.arrow, \.csv and \.json/.test(error.message),
    );
  });
});

Deno.test("paretoPicture: the runs that none beats, in marks, line and words; runs without a score are left out", () => {
  const { alternative, data } = paretoPicture(
    [...records, ...openStore("data/records/quickstart").records],
    "parameters",
  );
  assert.match(alternative, /^accuracy against trained parameters of 7 runs\. No run beats /);
  assert.equal(data[0]!.name, "front");
  const front = data[0] as unknown as { x: number[]; y: number[] };
  assert.deepEqual(front.x, [...front.x].sort((a, b) => a - b));
  assert.deepEqual(front.y, [...front.y].sort((a, b) => a - b), "dearer runs on the front score better");
  for (const cost of ["seconds", "memory"] as const) assert.ok(paretoPicture(records, cost).data.length > 1);
  assert.throws(() => paretoPicture([records[2]!], "memory"), UsageError);
});
