import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type MetricName, metrics } from "../../lib/evaluation/metrics/metrics.ts";
import { loadPreset } from "../../lib/experiments/preset.ts";
import { keptRecords, readRecords } from "../../lib/experiments/read_records.ts";
import { specKey } from "../../lib/experiments/spec_key.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { withFolder } from "../temporary_folder.ts";

Deno.test("readRecords: records of all folders below, by the time of their start; other JSON, evaluations alone too, is passed over", async () => {
  await withFolder(async (folder) => {
    const record = (started: string) =>
      JSON.stringify({ run: { spec: { method: "lora" }, started }, meta: {} });
    await Deno.mkdir(join(folder, "a"));
    writeFileSync(join(folder, "a", "record.json"), record("2026-02-01"));
    writeFileSync(join(folder, "later.json"), record("2026-03-01"));
    writeFileSync(join(folder, "earlier.json"), record("2026-01-01"));
    writeFileSync(join(folder, "adapter.json"), '{"format": "nlora-adapter"}');
    writeFileSync(
      join(folder, "evaluation.json"),
      JSON.stringify({ run: { spec: {}, started: "2026-01-02" }, meta: {} }),
    );
    assert.deepEqual(readRecords(folder).map(({ run }) => run.started), [
      "2026-01-01",
      "2026-02-01",
      "2026-03-01",
    ]);
  });
});

Deno.test("keptRecords: GSM8K's records show one exact start for all, and what goes wrong without it", () => {
  const records = keptRecords("gsm8k");
  const first = (record: typeof records[0]) => record.train!.points[0]!.loss;
  for (const record of records) {
    const exact = record.run.spec.residual !== false;
    assert.ok(
      exact ? Math.abs(first(record) - 1.4) < 0.005 : first(record) > 12,
      JSON.stringify(record.run.spec),
    );
  }
  assert.throws(
    () => keptRecords("none"),
    (error) => error instanceof UsageError && /gsm8k/.test(error.message),
  );
});

Deno.test("keptRecords: GLUE's are of the laptop's specs, on whole validation sets, and hold what their scores are taken of", () => {
  const specs = loadPreset("glue", "laptop").specs.map(specKey);
  const records = keptRecords("glue");
  const sizes = new Map(Object.entries({ sst2: 872, mrpc: 408, cola: 1043, stsb: 1500, rte: 277 }));
  for (const { run: { spec, status }, eval: score, train } of records) {
    assert.ok(
      specs.includes(specKey(spec)),
      `${spec.task} ${spec.method} ${spec.seed}`,
    );
    assert.deepEqual([status, train!.points.length], ["done", spec.steps]);
    const { metric, value, n, judged, epochs } = score!;
    assert.equal(n, sizes.get(spec.task.slice("glue/".length)));
    assert.ok(Math.abs(metrics[metric as MetricName](judged!.outputs, judged!.gold) - value) < 1e-12);
    assert.equal(epochs!.at(-1)!.value, value);
  }
  for (const task of sizes.keys()) {
    assert.equal(records.filter(({ run: { spec } }) => spec.task === `glue/${task}`).length, 6 * 3, task);
  }
});
