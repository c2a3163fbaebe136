import type { Experiment } from "./preset.ts";
import type { RunRecord } from "./record.ts";
import { type RunAllOptions, runSpecs } from "./run_specs.ts";

/**
 * Runs an experiment's specs one after the other, each into a folder of its own below `out/NAME`. The unadapted model is
 * scored once for all that share its model, task and examples. A run that fails, or whose spec cannot be used, leaves its record and
 * the others go on; an interrupt ends the list after the run under way.
 *
 * @throws UsageError where none of the specs can be used
 */
export async function runAll(
  experiment: Pick<Experiment, "name" | "specs">,
  options: RunAllOptions = {},
): Promise<readonly RunRecord[]> {
  const { records, refusals } = await runSpecs(experiment, options);
  if (refusals.length > 0 && refusals.length === records.length) throw refusals[0];
  return records;
}
