import type { Experiment } from "./preset.ts";
import { isFinished, type RunRecord } from "./record.ts";
import { recordsBySpec, specKey } from "./records_by_spec.ts";
import { runAll, type RunAllOptions } from "./run_all.ts";

/** Records that there are already, and how the other runs are done. */
export interface RecordsForOptions extends RunAllOptions {
  /** Of any runs. */
  readonly kept: readonly RunRecord[];
}

/**
 * The records of an experiment in the order of its specs: those of the kept ones that have come to an end with the same spec, and
 * for the other specs runs that are done now, as by {@linkcode runAll}. So what is kept is shown at once, and a spec that was
 * changed or added is run. After an interrupt the runs that were not begun are missing.
 *
 * @example
 * ```ts
 * import { keptRecords, loadPreset, recordsFor } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const experiment = loadPreset("quickstart", "laptop");
 * const records = await recordsFor(experiment, { kept: keptRecords("quickstart") });
 * assert.deepEqual(records.map(({ run }) => run.spec.method), experiment.specs.map(({ method }) => method));
 * ```
 */
export async function recordsFor(
  { name, specs }: Pick<Experiment, "name" | "specs">,
  { kept, ...options }: RecordsForOptions,
): Promise<RunRecord[]> {
  const found = recordsBySpec(kept.filter(({ run }) => isFinished(run.status)));
  const open = specs.filter((spec) => !found.has(specKey(spec)));
  const run = open.length === 0 ? [] : await runAll({ name, specs: open }, options);
  const made = recordsBySpec(run);
  return specs.flatMap((spec) => found.get(specKey(spec)) ?? made.get(specKey(spec)) ?? []);
}
