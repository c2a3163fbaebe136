import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { EvaluatedExample } from "../evaluation/evaluate.ts";
import { UsageError } from "../usage_error.ts";
import { keptPath } from "./kept_path.ts";
import type { RunRecord } from "./record.ts";
import { runFiles } from "./run_files.ts";

/** What was written in a run for the examples of one task, in the order of their numbers; null where no file tells it. */
export interface RunExamples {
  readonly record: RunRecord;
  readonly task: string;
  /** By the unadapted model; only the first of several runs that share it asks it. */
  readonly before: readonly EvaluatedExample[] | null;
  readonly after: readonly EvaluatedExample[] | null;
}

/**
 * What the models wrote in the runs below a folder, task by task, in the order of the folders' names: each run has one of its own with
 * `record.json` and the files of its examples.
 *
 * @throws UsageError for a folder that cannot be read
 */
export function readExamples(folder: string): RunExamples[] {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch (error) {
    throw new UsageError(`no examples can be read from ${folder}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return names.filter((name) => name === runFiles.record || name.endsWith(`/${runFiles.record}`)).sort()
    .flatMap((name) => examplesOf(join(folder, name)));
}

/**
 * What the models wrote in the runs of an experiment that are kept with the library, in `data/records/NAME`.
 *
 * @throws UsageError where there are none of that name
 *
 * @example
 * ```ts
 * import { keptExamples } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.throws(() => keptExamples("none"), /no examples can be read/);
 * ```
 */
export function keptExamples(name: string): RunExamples[] {
  return readExamples(keptPath("records", name));
}

function examplesOf(file: string): RunExamples[] {
  const record = JSON.parse(readFileSync(file, "utf8")) as RunRecord;
  const { task, eval_also = [] } = record.run.spec;
  const lines = (name: string): EvaluatedExample[] | null => {
    const path = join(dirname(file), name);
    if (!existsSync(path)) return null;
    return readFileSync(path, "utf8").split("\n").filter(Boolean)
      .map((line): EvaluatedExample => JSON.parse(line))
      .sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true })); // lines come as answers are finished
  };
  return [undefined, ...eval_also].map((further) => ({
    record,
    task: further ?? task,
    before: lines(runFiles.before(further)),
    after: lines(runFiles.examples(further)),
  }));
}
