import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runKey } from "../../../lib/experiments/store/run_key.ts";
import { completeSpec, type Spec } from "../../../lib/experiments/spec.ts";
import { runsFolder, type SweepPlan } from "../../../lib/experiments/sweeps/plan_sweep.ts";
import { source as fakeSource } from "./fake_job.ts";

/** The program of fake jobs and its arguments, for an executor. */
export const fakeCommand = [
  Deno.execPath(),
  "run",
  "-A",
  "--no-check",
  join(import.meta.dirname!, "fake_job.ts"),
];

/**
 * A spec whose job behaves so: `die 2` twice before it lives, `hang` after a step of its first life until it is stopped, `outlive` the
 * first of them that is, `hold 200` MB, `refuse`, take `pace 300` ms for a step, fall by a `slope -0.1`.
 */
export function fakeSpec(seed: number, ...behaviour: string[]): Spec {
  const shared = { model: "m", task: "arithmetic", method: "lora", rank: 2, steps: 4 };
  return completeSpec({ ...shared, seed, targets: behaviour });
}

/** A plan of fake runs, with the records that its folder has. */
export function fakePlan(folder: string, specs: readonly Spec[]): SweepPlan {
  const runs = specs.map((spec) => {
    const source = { spec, ...fakeSource };
    const key = runKey(source);
    const id = key.slice(0, 16);
    const path = join(folder, runsFolder, id);
    const file = join(path, "record.json");
    const record = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
    return { id, key, source, spec, folder: path, testExamples: 0, unadapted: null, record };
  });
  return { folder, runs, damaged: [] };
}
