import type { Experiment } from "./preset.ts";
import type { RunRecord, RunStatus } from "./record.ts";
import { specKey } from "./spec_key.ts";

/** A run of an experiment that has nothing to show. */
export interface MissingRun {
  readonly task: string;
  readonly method: string;
  readonly rank: number;
  readonly learning_rate: number;
  readonly seed: number;
  readonly status: RunStatus | "not run";
  readonly error: string | null;
}

/** What there is of an experiment. */
export interface PlannedRuns {
  /** Of the runs that are done, in the order of the experiment. */
  readonly records: readonly RunRecord[];
  readonly missing: readonly MissingRun[];
}

/**
 * What there is of an experiment among some records: those of its runs, by their specs, and what is missing. A record of another spec is
 * left out; of several records of one spec the last that is done counts, else the last.
 *
 * @example
 * ```ts
 * import { keptRecords, loadPreset, plannedRuns } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const experiment = loadPreset("quickstart", "laptop");
 * const { records, missing } = plannedRuns(experiment, keptRecords("quickstart"));
 * assert.equal(records.length + missing.length, experiment.specs.length);
 * ```
 */
export function plannedRuns(
  { specs }: Pick<Experiment, "specs">,
  records: readonly RunRecord[],
): PlannedRuns {
  const found = Map.groupBy(records, ({ run }) => specKey(run.spec));
  const done: RunRecord[] = [];
  const missing: MissingRun[] = [];
  for (const spec of specs) {
    const runs = found.get(specKey(spec)) ?? [];
    const record = runs.findLast(({ run }) => run.status === "done") ?? runs.at(-1);
    if (record?.run.status === "done") done.push(record);
    else {
      const { task, method, rank, learning_rate, seed } = spec;
      const { status = "not run", error = null } = record?.run ?? {};
      missing.push({ task, method, rank, learning_rate, seed, status, error });
    }
  }
  return { records: done, missing };
}
