import { join } from "node:path";
import { finalLoss } from "../../lib/report/final_loss.ts";
import { type MethodStyle, methodStyle } from "../../lib/report/method_style.ts";
import { labels } from "../../lib/report/labels.ts";
import type { RunRecord } from "../../lib/experiments/record.ts";

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
  const records = new Map<string, RunRecord>();
  const broken: BrokenFile[] = [];
  for (const file of jsonFiles(folder)) {
    try {
      const value = JSON.parse(Deno.readTextFileSync(join(folder, file)));
      if (value?.run?.spec?.task !== undefined) records.set(file, value);
    } catch (error) {
      broken.push({ file, reason: (error as Error).message });
    }
  }
  const experiments = Map.groupBy(records, ([file]) => file.includes("/") ? file.split("/")[0]! : "(none)");
  const rows = [...experiments].flatMap(([experiment, files]) => {
    const names = labels(files.map(([, record]) => record));
    return files.map(([file, record], i) => rowOf(experiment, names[i]!, file, record));
  });
  return { rows, broken };
}

function rowOf(experiment: string, name: string, file: string, record: RunRecord): ResultRow {
  const { run, train, eval: evaluation } = record;
  const { spec } = run;
  return {
    experiment,
    run: spec.method === undefined ? "evaluation" : name,
    method: spec.method ?? "none",
    rank: spec.rank ?? null,
    model: spec.model,
    task: spec.task,
    seed: run.seed ?? null,
    status: run.status,
    error: run.error,
    metric: evaluation?.metric ?? null,
    score: evaluation?.value ?? null,
    before: evaluation?.before ?? null,
    loss: train === null ? null : finalLoss(record),
    parameters: train?.trainable_parameters ?? null,
    seconds: train?.train_s ?? null,
    start: train?.init_s ?? null,
    megabytes: train?.peak_memory_bytes ? Math.round(train.peak_memory_bytes / 1e6) : null,
    started: run.started,
    file: `records/${file}`,
    ...methodStyle(spec.method),
  };
}

function* jsonFiles(folder: string, below = ""): Generator<string> {
  const entries = [...Deno.readDirSync(join(folder, below))].sort((a, b) => a.name < b.name ? -1 : 1);
  for (const { name, isDirectory } of entries) {
    const path = below === "" ? name : `${below}/${name}`;
    if (isDirectory) yield* jsonFiles(folder, path);
    else if (name.endsWith(".json")) yield path;
  }
}
