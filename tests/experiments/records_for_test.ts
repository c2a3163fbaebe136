import assert from "node:assert/strict";
import { join } from "node:path";
import { missingRuns } from "../../lib/experiments/missing_runs.ts";
import { readRecords } from "../../lib/experiments/read_records.ts";
import type { RunRecord, RunStatus } from "../../lib/experiments/record.ts";
import { recordsFor } from "../../lib/experiments/records_for.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { tinyGgufLlama } from "../models/tiny_gguf_llama.ts";
import { failedRecord, sampleRecord } from "../report/sample_record.ts";
import { withFolder } from "../temporary_folder.ts";

await useBackend();
const tiny = { task: "arithmetic", rank: 2, steps: 1, batch: 1, length: 16, train_limit: 4 };

const withStatus = (record: RunRecord, status: RunStatus, error: string | null): RunRecord => ({
  ...record,
  run: { ...record.run, status, error },
});
const specsOf = (records: readonly RunRecord[]) => records.map(({ run }) => run.spec);

Deno.test("missingRuns: names what was not done, failed or was interrupted, with the reason; a diverged run is done", () => {
  const [lora, nlora, pissa, slora, olora] = ["lora", "nlora", "pissa", "slora", "olora"].map((method) =>
    sampleRecord({ method })
  ) as [RunRecord, RunRecord, RunRecord, RunRecord, RunRecord];
  const specs = specsOf([lora, nlora, pissa, slora, olora]);
  const records = [
    lora,
    failedRecord("nlora"),
    withStatus(pissa, "diverged", "the loss is NaN at step 3"),
    withStatus(slora, "interrupted", null),
  ];
  assert.deepEqual(
    missingRuns(specs, records).map(({ spec, ...rest }) => ({ method: spec.method, ...rest })),
    [
      { method: "nlora", status: "failed", reason: "no memory" },
      { method: "slora", status: "interrupted", reason: "interrupted" },
      { method: "olora", status: null, reason: "not done yet" },
    ],
  );
  assert.deepEqual(missingRuns(specs.slice(0, 2), [failedRecord("nlora"), nlora, lora]), []);
});

Deno.test("missingRuns: steps that follow from epochs, and fields younger than a record, do not count; every other field does", () => {
  const record = sampleRecord({ method: "lora", epochs: 1, steps: 30 });
  const { schedule: _, ...older } = record.run.spec;
  const asked = sampleRecord({ method: "lora", epochs: 1 }).run.spec;
  const kept = { ...record, run: { ...record.run, spec: older as typeof asked } };
  assert.deepEqual(missingRuns([asked], [kept]), []);
  for (const change of [{ epochs: 0 }, { seed: 1 }, { learning_rate: 1 }, { schedule: "linear" as const }]) {
    assert.equal(missingRuns([{ ...asked, ...change }], [kept]).length, 1, JSON.stringify(change));
  }
});

Deno.test("recordsFor: takes what is kept, runs the rest, in the order of the specs; a run that fails leaves its record", async () => {
  await withFolder(async (folder) => {
    const [model, out] = [join(folder, "tiny.gguf"), join(folder, "out")];
    await Deno.writeFile(model, tinyGgufLlama());
    const [first, last] = [sampleRecord({ method: "lora" }), sampleRecord({ method: "pissa" })];
    const failing = sampleRecord({ ...tiny, model, method: "nlora" }).run.spec;
    const onProgress = () => {
      throw new Error("the machine gave up");
    };
    const specs = [first.run.spec, failing, last.run.spec];
    const kept = [last, first, failedRecord("dora")];
    const records = await recordsFor({ name: "x", specs }, { kept, out, onProgress });
    assert.deepEqual(records.map(({ run }) => [run.spec.method, run.status]), [
      ["lora", "done"],
      ["nlora", "failed"],
      ["pissa", "done"],
    ]);
    assert.equal(records[0], first);
    assert.deepEqual(readRecords(out).map(({ run }) => run.spec.method), ["nlora"]);
    assert.deepEqual(missingRuns(specs, records), [
      { spec: failing, status: "failed", reason: "the machine gave up" },
    ]);
  });
});
