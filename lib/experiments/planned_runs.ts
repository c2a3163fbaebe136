import { canonicalJson } from "../formats/canonical_json.ts";
import { askedSpec } from "./asked_spec.ts";
import type { Experiment } from "./preset.ts";
import type { RunRecord, RunStatus } from "./record.ts";
import { completeSpec, type Spec } from "./spec.ts";

/** A run of an experiment that has nothing to show. */
export interface MissingRun {
  readonly task: string;
  readonly method: string;
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
  const found = Map.groupBy(records, ({ run }) => keyOf(run.spec));
  const done: RunRecord[] = [];
  const missing: MissingRun[] = [];
  for (const spec of specs) {
    const runs = found.get(keyOf(spec)) ?? [];
    const record = runs.findLast(({ run }) => run.status === "done") ?? runs.at(-1);
    if (record?.run.status === "done") done.push(record);
    else {
      const { task, method, seed } = spec;
      const { status = "not run", error = null } = record?.run ?? {};
      missing.push({ task, method, seed, status, error });
    }
  }
  return { records: done, missing };
}

/** Equal for specs that ask for the same; what earlier versions did not write down is as it was by default. */
function keyOf(spec: Spec): string {
  const { model, task, method } = spec;
  return canonicalJson(askedSpec({ ...completeSpec({ model, task, method }), ...spec }));
}
