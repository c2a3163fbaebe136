import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { findMethod } from "../adapters/methods.ts";
import { writeAside } from "../formats/write_aside.ts";
import { UsageError } from "../usage_error.ts";
import { codeDigest } from "./code_digest.ts";
import { failedRecord } from "./failed_record.ts";
import type { Experiment } from "./preset.ts";
import type { RunRecord } from "./record.ts";
import { recordText } from "./record_text.ts";
import { run } from "./run.ts";
import { runFiles } from "./run_files.ts";
import type { RunOptions, RunProgress } from "./run_options.ts";
import { type ScoresBefore, scoresBefore } from "./scores_before.ts";
import type { Spec } from "./spec.ts";

/** Where the runs take their data from and put their results: by default in NLORA_OUT of the environment, if it is set. */
export interface RunAllOptions extends Omit<RunOptions, "before" | "onProgress" | "onStep" | "onAdapter"> {
  readonly onProgress?: (spec: Spec, progress: RunProgress) => void;
}

/** What the runs of some specs came to. */
export interface SpecRuns {
  readonly records: readonly RunRecord[];
  /** Of the specs that could not be used, in their order; each has a record with the status `failed` too. */
  readonly refusals: readonly UsageError[];
}

/** Does one run after the other, as {@linkcode runAll} tells it. */
export async function runSpecs(
  { name, specs }: Pick<Experiment, "name" | "specs">,
  { onProgress, out = process.env.NLORA_OUT, ...options }: RunAllOptions,
): Promise<SpecRuns> {
  const scored = new Map<string, ScoresBefore>();
  const records: RunRecord[] = [];
  const refusals: UsageError[] = [];
  for (const [index, spec] of specs.entries()) {
    const key = beforeKey(spec);
    const before = scored.get(key);
    const folder = out === undefined
      ? null
      : join(out, name, `${String(index + 1).padStart(2, "0")}-${spec.method}`);
    const record = await run(spec, {
      ...options,
      ...folder !== null && { out: folder },
      ...before !== undefined && { before },
      ...onProgress && { onProgress: (progress: RunProgress) => onProgress(spec, progress) },
    }).catch((error) => {
      if (!(error instanceof UsageError)) throw error;
      refusals.push(error);
      return refusedRecord(spec, error, folder);
    });
    records.push(record);
    const found = scoresBefore(record);
    if (found) scored.set(key, { ...before, ...found });
    if (record.run.status === "interrupted") break;
  }
  return { records, refusals };
}

/**
 * The record of a spec that cannot be used, written where nothing of another run is in its way.
 *
 * @throws UsageError the refusal itself where nothing can be written
 */
async function refusedRecord(spec: Spec, refusal: UsageError, folder: string | null): Promise<RunRecord> {
  const digests = { code_digest: codeDigest(), model_digest: "", data_digest: "" };
  const source = { spec, ...digests, backend: "none", device: "none" };
  const record = failedRecord(source, refusal.message, new Date());
  if (folder !== null && !existsSync(folder)) {
    try {
      await mkdir(folder, { recursive: true });
      await writeAside(join(folder, runFiles.record), recordText(record));
    } catch {
      throw refusal;
    }
  }
  return record;
}

/** What the score before training depends on; also on the start where that is not the model as it is, since a new head is scored on it. */
function beforeKey(
  { model, weights, task, eval_splits, eval_limit, max_new_tokens, length, seed, method, residual }: Spec,
): string {
  const start = residual !== false && findMethod(method).exactStart ? "exact" : method;
  return JSON.stringify([model, weights, task, eval_splits, eval_limit, max_new_tokens, length, seed, start]);
}
