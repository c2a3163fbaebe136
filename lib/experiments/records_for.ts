import type { Experiment } from "./preset.ts";
import { isFinished, type RunRecord } from "./record.ts";
import { type RunAllOptions, runSpecs } from "./run_specs.ts";
import { specKey } from "./spec_key.ts";

/** Records that there are already, and how the other runs are done. */
export interface RecordsForOptions extends RunAllOptions {
  /** Of any runs. */
  readonly kept: readonly RunRecord[];
}

/**
 * The records of an experiment in the order of its specs: those of the kept ones that have come to an end with the same spec, and
 * for the other specs runs that are done now, as by {@linkcode runAll}. So what is kept is shown at once, and a spec that was
 * changed or added is run. A kept record tells its backend, its device and its code, and stands for the spec whatever these are here;
 * give `kept: []` to have your own. After an interrupt the runs that were not begun are left out; {@linkcode plannedRuns} names them.
 *
 * @throws UsageError where nothing is kept and none of the specs can be used
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
  const found = new Map(
    kept.filter(({ run }) => isFinished(run.status)).map((record) => [specKey(record.run.spec), record]),
  );
  const open = specs.filter((spec) => !found.has(specKey(spec)));
  const { records, refusals } = await runSpecs({ name, specs: open }, options);
  if (refusals.length > 0 && refusals.length === specs.length) throw refusals[0];
  for (const record of records) found.set(specKey(record.run.spec), record);
  return specs.flatMap((spec) => found.get(specKey(spec)) ?? []);
}
