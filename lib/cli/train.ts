import { homePath } from "../models/catalogue.ts";
import type { RunRecord } from "../experiments/record.ts";
import { run } from "../experiments/run.ts";
import type { PartialSpec } from "../experiments/spec.ts";
import { runProgress } from "../report/run_progress.ts";
import { formatTable, resultsTable } from "../report/table.ts";
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

/** `nlora train`: trains an adapter and gives its record. */
export const trainCommand: Command = {
  name: "train",
  summary: "trains an adapter; Ctrl-C keeps what was trained",
  usage: `--model M --task T ${adapterUsage}\n` +
    "  [--steps 20] [--batch 4] [--accumulation 1] [--length 512] [--lr LR] [--warmup-steps 2]\n" +
    "  [--weight-decay 0] [--shuffle] [--limit N] [--eval-limit N] [--data DIR] [--out DIR]",
  options: {
    model: { type: "string" },
    task: { type: "string" },
    ...adapterFlags,
    steps: { type: "string" },
    batch: { type: "string" },
    accumulation: { type: "string" },
    length: { type: "string" },
    lr: { type: "string" },
    "warmup-steps": { type: "string" },
    "weight-decay": { type: "string" },
    shuffle: { type: "boolean" },
    limit: { type: "string" },
    "eval-limit": { type: "string" },
    data: { type: "string" },
    out: { type: "string" },
  },
  async run(given) {
    const spec = specOf(given);
    const out = optionalText(given, "out") ??
      homePath("runs", `${spec.task}-${spec.method}-${new Date().toISOString().replace(/[:.]/g, "-")}`);
    const show = runProgress();
    try {
      const record = await run(spec, {
        ...present({ data: optionalText(given, "data") }),
        out,
        onProgress: (progress) => show.update(progress),
        signal: given.signal,
      });
      return {
        json: record,
        text: summary(record, out),
        done: record.run.status === "done",
      };
    } finally {
      await show.end();
    }
  },
};

function specOf(given: Given): PartialSpec {
  return {
    model: requiredText(given, "model"),
    task: requiredText(given, "task"),
    ...adapterFrom(given),
    ...present({
      steps: optionalInteger(given, "steps", 1),
      batch: optionalInteger(given, "batch", 1),
      accumulation: optionalInteger(given, "accumulation", 1),
      length: optionalInteger(given, "length", 1),
      learning_rate: optionalNumber(given, "lr"),
      warmup_steps: optionalInteger(given, "warmup-steps", 0),
      weight_decay: optionalNumber(given, "weight-decay"),
      shuffle: optionalBoolean(given, "shuffle"),
      train_limit: optionalInteger(given, "limit", 1),
      eval_limit: optionalInteger(given, "eval-limit", 0),
    }),
  };
}

function summary(record: RunRecord, out: string): string {
  const failure = record.run.error ? `failed: ${record.run.error}\n` : "";
  return `${failure}${
    formatTable(resultsTable([record]))
  }\n${record.run.status}; adapter and record in ${out}`;
}
