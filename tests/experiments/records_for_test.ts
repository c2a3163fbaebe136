import assert from "node:assert/strict";
import { join } from "node:path";
import { readRecords } from "../../lib/experiments/read_records.ts";
import { recordsFor } from "../../lib/experiments/records_for.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { tinyGgufLlama } from "../models/tiny_gguf_llama.ts";
import { failedRecord, sampleRecord } from "../report/sample_record.ts";
import { withFolder } from "../temporary_folder.ts";

await useBackend();
const tiny = { task: "arithmetic", rank: 2, steps: 1, batch: 1, length: 16, train_limit: 4 };

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
    assert.equal(records[1]!.run.error, "the machine gave up");
  });
});
