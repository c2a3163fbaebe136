import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { completeSpec } from "../../../lib/experiments/spec.ts";
import { isPlannedDone, planSweep } from "../../../lib/experiments/sweeps/plan_sweep.ts";
import { writeTinyModel } from "../../cli/command_line.ts";
import { reviews, writeSplits } from "../../evaluation/glue_folder.ts";
import { withFolder } from "../../temporary_folder.ts";
import { fakeRecord } from "./fake_job.ts";

const platform = { backend: "tensorflow", device: "CPU" };
const elsewhere = { backend: "webgpu", device: "a card" };

Deno.test("planSweep: a result counts for the platform that it is of; a damaged one is named", async () => {
  await withFolder(async (folder) => {
    const given = { model: await writeTinyModel(folder), task: "arithmetic", method: "lora", train_limit: 2 };
    const specs = [completeSpec(given)];
    const plan = async (on: typeof platform) => await planSweep(specs, { folder, platform: on });
    const [here] = (await plan(platform)).runs;
    assert.ok(!isPlannedDone(here!));
    mkdirSync(here!.folder, { recursive: true });
    const record = fakeRecord(here!.spec, [2, 1], "done");
    writeFileSync(join(here!.folder, "record.json"), JSON.stringify(record));
    assert.ok(isPlannedDone((await plan(platform)).runs[0]!));
    const [there] = (await plan(elsewhere)).runs;
    assert.ok(!isPlannedDone(there!));
    assert.notEqual(there!.folder, here!.folder);

    writeFileSync(join(here!.folder, "record.json"), "{");
    const { runs, damaged } = await plan(platform);
    assert.ok(!isPlannedDone(runs[0]!));
    assert.match(damaged.join(), /record\.json: it cannot be read/);
  });
});

Deno.test("planSweep: runs share the score of the model before training where they have the same model and examples, and no new head", async () => {
  await withFolder(async (folder) => {
    const model = await writeTinyModel(folder);
    const data = join(folder, "data");
    await writeSplits(data, "glue/sst2", { train: reviews(12), validation: reviews(7) });
    const unadapted = async (...specs: object[]) => {
      const shared = { model, method: "lora", train_limit: 4 };
      const complete = specs.map((spec) => completeSpec({ ...shared, task: "arithmetic", ...spec }));
      const { runs } = await planSweep(complete, { folder, platform, data });
      return runs.map((run) => run.unadapted);
    };
    const [one, same, other] = await unadapted({ seed: 1 }, { seed: 1, method: "nlora", rank: 2 }, {
      seed: 2,
    });
    assert.equal(one, same);
    assert.notEqual(one, other, "whose seed draws other examples");
    assert.deepEqual(await unadapted({ task: "glue/sst2" }), [null]);
  });
});

Deno.test("planSweep: examples that are drawn are not those from the start", async () => {
  await withFolder(async (folder) => {
    const model = await writeTinyModel(folder);
    const data = join(folder, "data");
    await writeSplits(data, "glue/sst2", { train: reviews(12), validation: reviews(7) });
    const shared = { model, task: "glue/sst2", method: "lora", train_limit: 4, seed: 1 };
    const specs = [false, true].map((train_draw) => completeSpec({ ...shared, train_draw }));
    const { runs: [first, drawn] } = await planSweep(specs, { folder, platform, data });
    assert.notEqual(first!.source.data_digest, drawn!.source.data_digest);
  });
});
