import { rmSync } from "node:fs";
import { join } from "node:path";
import { isPlannedDone, type PlannedRun } from "./plan_sweep.ts";
import type { SweepRun } from "./sweep_state.ts";
import { type RunCost, runCost, type Trial, trialGroup } from "./trial.ts";

/** What is known before a run begins. */
export interface OpenOptions {
  /** Folder of the sweep. */
  readonly folder: string;
  /** By the group of each run; see {@linkcode trialGroup}. */
  readonly trials: ReadonlyMap<string, Trial>;
  readonly memoryLimit: number;
  /** Whether the run is done anew though there is a result, which is removed. */
  readonly force: boolean;
}

/** A planned run as it stands when its sweep begins: done, waiting, or too large. */
export function openRun(plan: PlannedRun, { folder, trials, memoryLimit, force }: OpenOptions): SweepRun {
  if (force) rmSync(plan.folder, { recursive: true, force: true });
  const done = isPlannedDone(plan) && !force;
  const cost = costOf(plan, trials);
  const tooLarge = !done && cost.memoryBytes > memoryLimit;
  return {
    ...{ plan, cost, progress: null, lost: 0, log: join(folder, "logs", `${plan.id}.log`) },
    record: force ? null : plan.record,
    state: done ? plan.record!.run.status : tooLarge ? "too large" : "waits",
    note: tooLarge ? needsMore(cost.memoryBytes, memoryLimit) : null,
  };
}

function costOf(plan: PlannedRun, trials: ReadonlyMap<string, Trial>): RunCost {
  const trial = trials.get(trialGroup(plan));
  return trial ? runCost(plan, trial) : { seconds: 0, memoryBytes: 0, diskBytes: 0 };
}

/** Why a run does not fit, in words. */
export function needsMore(bytes: number, limit: number): string {
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  return `it needs ${megabytes(bytes)} and the limit is ${megabytes(limit)}`;
}
