import { homePath } from "../models/catalogue.ts";
import { doneRecord } from "../experiments/earlier_run.ts";
import type { RunRecord } from "../experiments/record.ts";
import { run } from "../experiments/run.ts";
import type { PartialSpec } from "../experiments/spec.ts";
import { findPrecision, type Precision } from "../nn/product.ts";
import { jsonProgress } from "../report/json_progress.ts";
import { runProgress, type RunProgressLines } from "../report/run_progress.ts";
import { formatTable, resultsTable } from "../report/table.ts";
import type { ScheduleName } from "../training/schedule.ts";
import { UsageError } from "../usage_error.ts";
import { adapterFlags, adapterFrom, adapterUsage } from "./adapter_flags.ts";
import {
  type Command,
  type Given,
  optionalBoolean,
  optionalInteger,
  optionalNumber,
  optionalText,
  present,
  requiredText,
} from "./command.ts";
import { weightsFlag, weightsFrom, weightsUsage } from "./weights_flag.ts";

/** `nlora train`: trains an adapter and gives its record. */
export const trainCommand: Command = {
  name: "train",
  summary: "trains an adapter; Ctrl-C keeps what was trained, and --resume goes on with it",
  usage: `--model M ${weightsUsage} --task T ${adapterUsage}\n` +
    "  [--steps 20 | --epochs E] [--batch 4] [--accumulation 1] [--length 512] [--lr LR] [--warmup-steps 2] [--schedule cosine|linear]\n" +
    "  [--weight-decay 0] [--max-grad-norm 0] [--shuffle] [--packing] [--bucketing]\n" +
    "  [--precision float32|bfloat16] [--recompute] [--limit N] [--eval-limit N|all]\n" +
    "  [--train-split S] [--eval-split S …] [--train-set S] [--eval-also T …] [--max-new-tokens N]\n" +
    "  [--data DIR] [--out DIR] [--resume] [--checkpoint-steps K] [--checkpoint-minutes 10] [--progress line|json]",
  options: {
    model: { type: "string" },
    ...weightsFlag,
    task: { type: "string" },
    ...adapterFlags,
    steps: { type: "string" },
    epochs: { type: "string" },
    batch: { type: "string" },
    accumulation: { type: "string" },
    length: { type: "string" },
    lr: { type: "string" },
    "warmup-steps": { type: "string" },
    schedule: { type: "string" },
    "weight-decay": { type: "string" },
    "max-grad-norm": { type: "string" },
    shuffle: { type: "boolean" },
    packing: { type: "boolean" },
    bucketing: { type: "boolean" },
    precision: { type: "string" },
    recompute: { type: "boolean" },
    limit: { type: "string" },
    "eval-limit": { type: "string" },
    "train-split": { type: "string" },
    "eval-split": { type: "string", multiple: true },
    "train-set": { type: "string" },
    "eval-also": { type: "string", multiple: true },
    "max-new-tokens": { type: "string" },
    data: { type: "string" },
    out: { type: "string" },
    resume: { type: "boolean" },
    "checkpoint-steps": { type: "string" },
    "checkpoint-minutes": { type: "string" },
    progress: { type: "string" },
  },
  async run(given) {
    const spec = specOf(given);
    const chosen = optionalText(given, "out");
    const options = present({
      data: optionalText(given, "data"),
      resume: optionalBoolean(given, "resume"),
      checkpointSteps: optionalInteger(given, "checkpoint-steps", 0),
      checkpointMinutes: optionalNumber(given, "checkpoint-minutes"),
    });
    if (options.resume && chosen === undefined) {
      throw new UsageError("--resume goes on with the run in a folder; give that with --out");
    }
    const out = chosen ?? homePath("runs", folderName(spec));
    const earlier = options.resume ? await doneRecord(out) : null;
    const show = progress(given);
    try {
      const record = await run(spec, {
        ...options,
        out,
        onProgress: (progress) => show.update(progress),
        signal: given.signal,
      });
      const already = earlier
        ? `the run of ${record.run.started} is done already; nothing was changed\n`
        : "";
      return {
        json: record,
        text: already + summary(record, out),
        done: record.run.status === "done",
      };
    } finally {
      await show.end();
    }
  },
};

function folderName({ task, method }: PartialSpec): string {
  return `${task}-${method}-${new Date().toISOString().replace(/[:.]/g, "-")}`;
}

function progress(given: Given): RunProgressLines {
  const kind = optionalText(given, "progress") ?? "line";
  if (kind === "line") return runProgress();
  if (kind === "json") return jsonProgress();
  throw new UsageError(`unknown --progress ${JSON.stringify(kind)}; choose one of line, json`);
}

function specOf(given: Given): PartialSpec {
  return {
    model: requiredText(given, "model"),
    task: requiredText(given, "task"),
    ...weightsFrom(given),
    ...adapterFrom(given),
    ...present({
      steps: optionalInteger(given, "steps", 1),
      epochs: optionalNumber(given, "epochs"),
      batch: optionalInteger(given, "batch", 1),
      accumulation: optionalInteger(given, "accumulation", 1),
      length: optionalInteger(given, "length", 1),
      learning_rate: optionalNumber(given, "lr"),
      warmup_steps: optionalInteger(given, "warmup-steps", 0),
      schedule: optionalText(given, "schedule") as ScheduleName | undefined,
      weight_decay: optionalNumber(given, "weight-decay"),
      max_grad_norm: optionalNumber(given, "max-grad-norm"),
      shuffle: optionalBoolean(given, "shuffle"),
      packing: optionalBoolean(given, "packing"),
      bucketing: optionalBoolean(given, "bucketing"),
      precision: precisionFrom(given),
      recompute: optionalBoolean(given, "recompute"),
      train_limit: optionalInteger(given, "limit", 1),
      train_split: optionalText(given, "train-split"),
      eval_splits: given.values["eval-split"] as readonly string[] | undefined,
      train_set: optionalText(given, "train-set"),
      eval_also: given.values["eval-also"] as readonly string[] | undefined,
      max_new_tokens: optionalInteger(given, "max-new-tokens", 1),
      eval_limit: given.values["eval-limit"] === "all" ? "all" : optionalInteger(given, "eval-limit", 0),
    }),
  };
}

function precisionFrom(given: Given): Precision | undefined {
  const name = optionalText(given, "precision");
  return name === undefined ? undefined : findPrecision(name);
}

function summary(record: RunRecord, out: string): string {
  const { status, error } = record.run;
  const failure = error ? `${status}: ${error}\n` : "";
  return `${failure}${formatTable(resultsTable([record]))}\n${status}; adapter and record in ${out}`;
}
