import assert from "node:assert/strict";
import type { PublishedFigure } from "../../lib/experiments/published.ts";
import type { RunRecord } from "../../lib/experiments/record.ts";
import { besidePublished } from "../../lib/report/beside_published.ts";
import { failedRecord, sampleRecord } from "./sample_record.ts";

const figure: PublishedFigure = {
  ...{ model: "llama-2-7b", method: "lora", init: null, rank: 128, parameters: null, task: "arithmetic" },
  ...{ metric: "accuracy", value: 42.3, readingError: null, source: "A paper, Table 1", note: null },
};

function scored(method: string, rank: number, seed: number, value: number): RunRecord {
  const record = sampleRecord({ method, rank, seed });
  return { ...record, run: { ...record.run, seed }, eval: { ...record.eval!, value } };
}

function rowsOf(...given: Parameters<typeof besidePublished>) {
  return besidePublished(...given).objects() as { [column: string]: unknown }[];
}

Deno.test("a published figure stands beside the mean of our seeds, with its model and rank", () => {
  const [row, ...others] = rowsOf([scored("lora", 16, 0, 0.2), scored("lora", 16, 1, 0.3)], [figure]);
  assert.deepEqual(others, []);
  assert.ok(Math.abs((row!.ours as number) - 25) < 1e-9);
  assert.ok(Math.abs((row!["± ours"] as number) - 100 * Math.sqrt(0.005)) < 1e-9);
  assert.deepEqual([row!.published, row!.with, row!["at rank"]], [42.3, "llama-2-7b", 128]);
  assert.deepEqual([row!["with our"], row!["at our rank"], row!.seeds], ["smollm2-135m-instruct", 16, 2]);
  assert.equal(row!.source, "A paper, Table 1");
});

Deno.test("what one side lacks is null: a figure not read, one without runs, runs without a figure, a run that failed", () => {
  const rows = rowsOf(
    [scored("lora", 16, 0, 0.2), scored("slora", 16, 0, 0.4), failedRecord("pissa")],
    [{ ...figure, value: null, note: "not read" }, { ...figure, method: "pissa", init: "fast" }],
  );
  assert.deepEqual(rows.map(({ method, published, ours }) => [method, published, ours]), [
    ["LoRA", null, 20],
    ["PiSSA (fast)", 42.3, null],
    ["SLoRA", null, 40],
  ]);
  assert.match(rows[0]!.source as string, /not read/);
});

Deno.test("over ranks only runs of the figure's rank stand beside it", () => {
  const records = [scored("lora", 8, 0, 0.1), scored("lora", 128, 0, 0.2)];
  assert.deepEqual(rowsOf(records, [figure]).map(({ ours }) => ours), [10, 20]);
  const [row, rest] = rowsOf(records, [figure], { sameRank: true });
  assert.deepEqual([row!["at our rank"], row!.published, rest!["at our rank"], rest!.published], [
    128,
    42.3,
    8,
    null,
  ]);
});
