import assert from "node:assert/strict";
import { join } from "node:path";
import { keptRecords } from "../../lib/experiments/read_records.ts";
import { loadPreset } from "../../lib/experiments/preset.ts";
import { plannedRuns } from "../../lib/experiments/planned_runs.ts";
import { specKey } from "../../lib/experiments/spec_key.ts";
import { loadSweep } from "../../lib/experiments/sweeps/load_sweep.ts";
import { planSweep } from "../../lib/experiments/sweeps/plan_sweep.ts";
import { withFolder } from "../temporary_folder.ts";

const kinds = [
  { kind: "generation", name: "starts", load: loadPreset, data: false },
  { kind: "pictures", name: "vision", load: loadPreset, data: false },
  { kind: "classification", name: "glue", load: loadPreset, data: true },
  { kind: "a sweep", name: "ranks", load: loadSweep, data: true },
];

for (const { kind, name, load, data } of kinds) {
  const ignore = data && !Deno.env.get("NLORA_DATA");
  Deno.test({
    name:
      `${name} (${kind}): a run now would be of the spec, model and data of the kept record, which is the one that is shown` +
      (ignore ? " (skipped: NLORA_DATA is not set)" : ""),
    ignore,
    fn: () =>
      withFolder(async (folder) => {
        const spec = load(name, "laptop").specs.at(-1)!;
        const { records: [record] } = plannedRuns({ specs: [spec] }, keptRecords(name));
        const plan = { folder: join(folder, "sweep"), platform: record!.meta };
        const { runs: [run] } = await planSweep([spec], plan);
        const { model_digest, data_digest } = run!.source;
        assert.deepEqual(
          [specKey(run!.spec), model_digest, data_digest],
          [specKey(record!.run.spec), record!.meta.model_digest, record!.meta.data_digest],
        );
      }),
  });
}
