import { desc, table } from "arquero";
import assert from "node:assert/strict";
import { formatTable, resultsTable } from "../../lib/report/table.ts";
import { failedRecord, sampleRecord } from "./sample_record.ts";

Deno.test("a run is a row with the figures of its record", () => {
  assert.deepEqual(resultsTable([sampleRecord({ method: "lora" })]).objects(), [{
    "method": "LoRA",
    "trainable parameters": 4_884_480,
    "init s": 0.125,
    "train s": 24.5,
    "tokens/s": 151.25,
    "peak memory MB": 2200,
    "first loss": 2,
    "final loss": (1.8 + 1.6 + 1.4 + 1.2 + 1.0) / 5,
    "accuracy before": 0.125,
    "accuracy after": 0.5,
    "status": "done",
  }]);
});

Deno.test("the columns of the scores bear the name of the metric that all runs share", () => {
  const scored = (metric: string) => {
    const record = sampleRecord({ method: "lora" });
    return { ...record, eval: { ...record.eval!, metric } };
  };
  const names = (...metrics: string[]) => resultsTable(metrics.map(scored)).columnNames().slice(-3, -1);
  assert.deepEqual(names("pearson", "pearson"), ["pearson before", "pearson after"]);
  assert.deepEqual(names("pearson", "accuracy"), ["score before", "score after"]);
});

Deno.test("a failed run is a row too, with nothing in place of what it lacks", () => {
  const [row] = resultsTable([failedRecord("pissa")]).objects() as { [name: string]: unknown }[];
  const { method, status, ...others } = row!;
  assert.deepEqual([method, status], ["PiSSA", "failed"]);
  for (const [name, value] of Object.entries(others)) assert.equal(value, null, name);
});

Deno.test("a loss of zero, an accuracy of zero and an unknown memory stay what they are", () => {
  const record = sampleRecord({ method: "lora" }, [0]);
  const bare = {
    ...record,
    train: { ...record.train!, peak_memory_bytes: null },
    eval: { ...record.eval!, value: 0, before: null },
  };
  const [row] = resultsTable([bare]).objects() as { [name: string]: unknown }[];
  assert.equal(row!["first loss"], 0);
  assert.equal(row!["final loss"], 0);
  assert.equal(row!["accuracy after"], 0);
  assert.equal(row!["accuracy before"], null);
  assert.equal(row!["peak memory MB"], null);
});

Deno.test("no records make an empty table with its columns", () => {
  const empty = resultsTable([]);
  assert.equal(empty.numRows(), 0);
  assert.equal(empty.numCols(), 11);
  assert.match(formatTable(empty), /^method +trainable parameters/);
});

Deno.test("columns are aligned: text left, numbers right and rounded alike, missing values marked", () => {
  const text = formatTable(table({
    name: ["Nyström", "a", "b"],
    count: [4884480, null, 7],
    loss: [1.0971, 12.709, NaN],
    rate: [151.25, 99, 3],
    state: ["done", "failed", "x"],
  }));
  assert.equal(
    text,
    [
      "name         count   loss   rate  state",
      "Nyström  4,884,480   1.10  151.3  done",
      "a                –  12.71   99.0  failed",
      "b                7    NaN    3.0  x",
    ].join("\n"),
  );
});

Deno.test("the order of an arranged table is kept", () => {
  const text = formatTable(table({ a: [1, 3, 2] }).orderby(desc("a")));
  assert.deepEqual(text.split("\n"), ["a", "3", "2", "1"]);
});
