import type { RunRecord } from "../record.ts";
import type { JobProgress } from "./job.ts";
import type { PlannedRun } from "./plan_sweep.ts";
import type { RunCost } from "./trial.ts";

/** Where a run stands: `rests` between two halvings, `too large` for the memory limit. */
export type SweepRunState = "waits" | "runs" | "rests" | "too large" | RunRecord["run"]["status"];

/** One run of a sweep under way. */
export interface SweepRun {
  readonly plan: PlannedRun;
  state: SweepRunState;
  record: RunRecord | null;
  progress: JobProgress | null;
  cost: RunCost;
  /** Why it stands so, where there is something to say. */
  note: string | null;
  /** Processes that died under it. */
  lost: number;
  log: string;
}

/** A sweep under way. */
export interface SweepState {
  readonly folder: string;
  readonly executor: string;
  readonly runs: readonly Readonly<SweepRun>[];
  /** When the sweep began, in ms as `performance.now()` counts. */
  readonly begun: number;
  /** Expected seconds of what is left to do. */
  readonly secondsLeft: number;
}

/** The run that has scored best; by the last loss where runs are not scored. Null while there is none. */
export function bestRun(
  runs: readonly Readonly<SweepRun>[],
): { run: SweepRun; value: number; metric: string } | null {
  const done = runs.filter(({ record }) => record?.run.status === "done");
  const scored = done.flatMap((run) => {
    const score = run.record!.eval;
    return score && Number.isFinite(score.value) ? [{ run, value: score.value, metric: score.metric }] : [];
  });
  if (scored.length > 0) return scored.reduce((best, one) => one.value > best.value ? one : best);
  const trained = done.flatMap((run) => {
    const loss = run.record!.train?.points.at(-1)?.loss;
    return loss !== undefined && Number.isFinite(loss) ? [{ run, value: loss, metric: "loss" }] : [];
  });
  return trained.length === 0 ? null : trained.reduce((best, one) => one.value < best.value ? one : best);
}
