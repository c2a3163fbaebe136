import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ownPath } from "../formats/own_path.ts";
import { UsageError } from "../usage_error.ts";
import type { EvaluationRecord } from "./evaluation_record.ts";

/** An evaluation that is kept with the library. */
export interface KeptEvaluation {
  readonly record: EvaluationRecord;
  /** One line of JSON for each example: prompt, output, what was read out of it, gold, verdict. */
  readonly examplesFile: string;
}

/**
 * An evaluation that is kept with the library, in `data/evaluations/NAME`.
 *
 * @throws UsageError where there is none of that name
 *
 * @example
 * ```ts
 * import { keptEvaluation } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const { record } = keptEvaluation("smollm2-135m-instruct/gsm8k/before");
 * assert.equal(record.eval?.n, 32);
 * ```
 */
export function keptEvaluation(name: string): KeptEvaluation {
  const folder = ownPath(`data/evaluations/${name}`);
  const path = join(folder, "record.json");
  if (!existsSync(path)) {
    throw new UsageError(
      `no evaluation ${JSON.stringify(name)} is kept; give MODEL/TASK/before or MODEL/TASK/after`,
    );
  }
  const record = JSON.parse(readFileSync(path, "utf8")) as EvaluationRecord;
  return { record, examplesFile: join(folder, record.eval?.examples_file ?? "examples.jsonl") };
}
