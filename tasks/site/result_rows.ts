import { join } from "node:path";
import { finalLoss } from "../../lib/report/final_loss.ts";
import { type MethodStyle, methodStyle } from "../../lib/report/method_style.ts";
import { labels } from "../../lib/report/labels.ts";
import type { EvaluationRecord } from "../../lib/experiments/evaluation_record.ts";
import type { JudgeRecord } from "../../lib/experiments/judge_record.ts";
import type { RunRecord } from "../../lib/experiments/record.ts";
import { recordsByTask } from "../../lib/experiments/records_by_task.ts";

/** What the results page shows of a run; null is what the run does not have. */
export interface ResultRow {
  readonly experiment: string;
  readonly run: string;
  readonly method: string;
  readonly rank: number | null;
  readonly model: string;
  readonly task: string;
  readonly seed: number | null;
  readonly status: string;
  readonly error: string | null;
  readonly metric: string | null;
  readonly score: number | null;
  readonly before: number | null;
  readonly loss: number | null;
  readonly parameters: number | null;
  readonly seconds: number | null;
  readonly start: number | null;
  readonly megabytes: number | null;
  readonly started: string;
  /** Of the record's file, relative to the site. */
  readonly file: string;
  readonly color: string;
  readonly symbol: MethodStyle["symbol"];
}

/** Every kind of record. */
type AnyRecord = RunRecord | EvaluationRecord | JudgeRecord;

/** A file that holds no record, and why. */
export interface BrokenFile {
  readonly file: string;
  readonly reason: string;
}

/**
 * The rows of all records below a folder, runs and evaluations alike, and the JSON files that cannot be read.
 *
 * @param folder holds a folder for each experiment
 */
export function resultRows(folder: string): { rows: ResultRow[]; broken: BrokenFile[] } {
  const records = new Map<string, AnyRecord>();
  const broken: BrokenFile[] = [];
  for (const file of jsonFiles(folder)) {
    try {
      const value = JSON.parse(Deno.readTextFileSync(join(folder, file)));
      if (value?.run?.spec !== undefined && value.meta !== undefined) records.set(file, value);
    } catch (error) {
      broken.push({ file, reason: (error as Error).message });
    }
  }
  const experiments = Map.groupBy(records, ([file]) => file.includes("/") ? file.split("/")[0]! : "(none)");
  const rows = [...experiments].flatMap(([experiment, files]) => {
    const names = labels(files.map(([, record]) => record as RunRecord));
    return files.flatMap(([file, record], i) =>
      byTask(record).map((one) => rowOf(experiment, names[i]!, file, one))
    );
  });
  return { rows, broken };
}

/** A run that was scored on several tasks has a row for each. */
function byTask(record: AnyRecord): readonly AnyRecord[] {
  return record.eval && "also" in record.eval ? recordsByTask([record as RunRecord]) : [record];
}

function rowOf(experiment: string, name: string, file: string, record: AnyRecord): ResultRow {
  const { run, train, eval: evaluation } = record;
  const asked = askedOf(record, name);
  return {
    ...asked,
    experiment,
    seed: "seed" in run ? run.seed : null,
    status: run.status,
    error: run.error,
    metric: evaluation?.metric ?? null,
    score: evaluation?.value ?? null,
    before: evaluation && "before" in evaluation ? evaluation.before : null,
    loss: train === null ? null : finalLoss(record as RunRecord),
    parameters: train?.trainable_parameters ?? null,
    seconds: train?.train_s ?? null,
    start: train?.init_s ?? null,
    megabytes: train?.peak_memory_bytes ? Math.round(train.peak_memory_bytes / 1e6) : null,
    started: run.started,
    file: `records/${file}`,
    ...methodStyle(asked.method),
  };
}

/** What was asked for: a run, an evaluation alone, or a judgement of answers. */
function askedOf({ run: { spec } }: AnyRecord, name: string) {
  if ("judge" in spec) {
    const model = "model" in spec.answers ? spec.answers.model : spec.answers.file;
    return { run: `judged by ${spec.judge.name}`, method: "none", rank: null, model, task: "mt-bench" };
  }
  const { model, task } = spec;
  return "method" in spec
    ? { run: name, method: spec.method, rank: spec.rank, model, task }
    : { run: "evaluation", method: "none", rank: null, model, task };
}

function* jsonFiles(folder: string, below = ""): Generator<string> {
  const entries = [...Deno.readDirSync(join(folder, below))].sort((a, b) => a.name < b.name ? -1 : 1);
  for (const { name, isDirectory } of entries) {
    const path = below === "" ? name : `${below}/${name}`;
    if (isDirectory) yield* jsonFiles(folder, path);
    else if (name.endsWith(".json")) yield path;
  }
}
