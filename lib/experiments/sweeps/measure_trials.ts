import { rm } from "node:fs/promises";
import type { Executor, JobEnd } from "./executor.ts";
import { isPlannedDone, type PlannedRun, type SweepPlan } from "./plan_sweep.ts";
import {
  costliestFirst,
  keepTrial,
  readTrial,
  type Trial,
  trialFile,
  trialGroup,
  trialSpec,
} from "./trial.ts";

/** How trials are made. */
export interface TrialOptions {
  readonly executor: Executor;
  readonly data?: string;
  /** Includes runs that are done. */
  readonly force?: boolean;
  /** Told of each trial before it begins. */
  readonly onTrial?: (run: PlannedRun) => void;
  /** Told of each that came to nothing, with the reason. */
  readonly onFailure?: (run: PlannedRun, reason: string) => void;
  readonly signal?: AbortSignal;
}

/** Runs that are tried before a group is left without an estimate. */
const most = 3;

/**
 * Tries a few steps of the costliest run of each group, one after the other, with nothing beside it, or of the next where that comes to
 * nothing. What a trial showed is kept in the sweep's folder and not asked for again. A group whose trials all fail has none.
 */
export async function measureTrials(plan: SweepPlan, options: TrialOptions): Promise<Map<string, Trial>> {
  const { force = false, signal } = options;
  const trials = new Map<string, Trial>();
  for (
    const [group, runs] of Map.groupBy(plan.runs.filter((run) => force || !isPlannedDone(run)), trialGroup)
  ) {
    const file = trialFile(plan.folder, group);
    const kept = readTrial(file);
    const trial = kept ?? await firstTrial(costliestFirst(runs).slice(0, most), file, options);
    if (signal?.aborted) break;
    if (trial) trials.set(group, trial);
  }
  return trials;
}

async function firstTrial(
  runs: readonly PlannedRun[],
  file: string,
  options: TrialOptions,
): Promise<Trial | null> {
  for (const run of runs) {
    if (options.signal?.aborted) return null;
    options.onTrial?.(run);
    const folder = file.replace(/\.json$/, "");
    await rm(folder, { recursive: true, force: true });
    const end = await tryRun(run, folder, options);
    if (options.signal?.aborted) return null;
    const trial = await keepTrial(file, trialSpec(run), end);
    await rm(folder, { recursive: true, force: true });
    if (trial) return trial;
    options.onFailure?.(run, end.reason ?? end.record?.run.error ?? `it ended as ${end.record?.run.status}`);
  }
  return null;
}

async function tryRun(
  run: PlannedRun,
  folder: string,
  { executor, data, signal }: TrialOptions,
): Promise<JobEnd> {
  const job = executor.start(
    { id: `trial-${run.id}`, spec: trialSpec(run), out: folder, ...data !== undefined && { data } },
    { memoryBytes: 0 },
    `${folder}.log`,
    () => {},
  );
  const stop = () => job.stop();
  signal?.addEventListener("abort", stop);
  return await job.ended.finally(() => signal?.removeEventListener("abort", stop));
}
