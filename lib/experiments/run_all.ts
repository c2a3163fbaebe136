import { join } from "node:path";
import process from "node:process";
import { findMethod } from "../adapters/methods.ts";
import type { Experiment } from "./preset.ts";
import type { RunRecord } from "./record.ts";
import { run } from "./run.ts";
import type { RunOptions, RunProgress } from "./run_options.ts";
import { type ScoresBefore, scoresBefore } from "./scores_before.ts";
import type { Spec } from "./spec.ts";

/** Where the runs take their data from and put their results: by default in NLORA_OUT of the environment, if it is set. */
export interface RunAllOptions extends Omit<RunOptions, "before" | "onProgress" | "onStep" | "onAdapter"> {
  readonly onProgress?: (spec: Spec, progress: RunProgress) => void;
}

/**
 * Runs an experiment's specs one after the other, each into a folder of its own below `out/NAME`. The unadapted model is
 * scored once for all that share its model, task and examples. A run that fails leaves its record and the others go on; an
 * interrupt ends the list after the run under way.
 */
export async function runAll(
  { name, specs }: Pick<Experiment, "name" | "specs">,
  { onProgress, out = process.env.NLORA_OUT, ...options }: RunAllOptions = {},
): Promise<RunRecord[]> {
  const scored = new Map<string, ScoresBefore>();
  const records: RunRecord[] = [];
  for (const [index, spec] of specs.entries()) {
    const key = beforeKey(spec);
    const before = scored.get(key);
    const record = await run(spec, {
      ...options,
      ...out !== undefined &&
        { out: join(out, name, `${String(index + 1).padStart(2, "0")}-${spec.method}`) },
      ...before !== undefined && { before },
      ...onProgress && { onProgress: (progress: RunProgress) => onProgress(spec, progress) },
    });
    records.push(record);
    const found = scoresBefore(record);
    if (found) scored.set(key, { ...before, ...found });
    if (record.run.status === "interrupted") break;
  }
  return records;
}

/** What the score before training depends on; also on the start where that is not the model as it is, since a new head is scored on it. */
function beforeKey(
  { model, weights, task, eval_splits, eval_limit, max_new_tokens, length, seed, method, residual }: Spec,
): string {
  const start = residual !== false && findMethod(method).exactStart ? "exact" : method;
  return JSON.stringify([model, weights, task, eval_splits, eval_limit, max_new_tokens, length, seed, start]);
}
