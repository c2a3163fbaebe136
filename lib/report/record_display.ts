import { methods } from "../adapters/methods.ts";
import type { RunRecord } from "../experiments/record.ts";
import { byteText } from "./byte_text.ts";
import { escapeHtml } from "./escape_html.ts";
import { type Facts, factsHtml, factsText } from "./facts.ts";
import { finalLoss } from "./final_loss.ts";
import type { MediaBundle } from "./jupyter.ts";
import { shortNumber } from "./short_number.ts";
import { sparkLine } from "./spark_line.ts";

/** Whether a value has the form of a run's record. */
export function isRunRecord(value: unknown): value is RunRecord {
  const record = value as Partial<RunRecord> | null | undefined;
  return typeof record === "object" && record !== null && typeof record.run?.spec === "object" &&
    typeof record.meta === "object";
}

/**
 * A run's record as a card: what was asked, the losses as a small line, scores, times, memory, and under them the whole spec
 * and where it ran.
 */
export function recordBundle(record: RunRecord): MediaBundle {
  const { run, meta } = record;
  const title = `${titleOf(run.spec.method)} on ${run.spec.model}, task ${run.spec.task}: ${run.status}`;
  const facts = results(record);
  const losses = record.train?.points.map(({ loss }) => loss) ?? [];
  const spec: Facts = Object.entries(run.spec).map(([name, value]) => [name, JSON.stringify(value)]);
  const place: Facts = [
    ["started", run.started],
    ["commit", `${run.git_commit ?? "unknown"}${run.git_dirty ? ", with changes" : ""}`],
    ...Object.entries(run.versions),
    ["backend", `${meta.backend} on ${meta.device}, ${meta.cores} cores`],
    ["model digest", meta.model_digest],
    ["data digest", meta.data_digest],
  ];
  const more = (summary: string, facts: Facts) =>
    `<details><summary>${summary}</summary>${factsHtml(facts)}</details>`;
  return {
    "text/html":
      `<div><b>${escapeHtml(title)}</b><br>${sparkLine(losses, `training loss of ${losses.length} steps`)}` +
      `${factsHtml(facts)}${more("Spec", spec)}${more("Where it ran", place)}</div>`,
    "text/plain": `${title}\n${factsText(facts)}`,
  };
}

/** The method's title, or its name in the record where this version of the library does not know it. */
function titleOf(name: string): string {
  return methods.find((method) => method.name === name)?.title ?? name;
}

function results(record: RunRecord): Facts {
  const { run, train, paper } = record;
  const { spec } = run;
  const facts: [string, string][] = [
    ["adapter", `rank ${spec.rank}, alpha ${spec.alpha}, seed ${run.seed}`],
    ["training", `${spec.steps} steps of ${spec.batch} sequences, learning rate ${spec.learning_rate}`],
  ];
  if (run.error) facts.push(["error", run.error]);
  if (train) {
    const last = finalLoss(record);
    const share = 100 * train.trainable_parameters / train.total_parameters;
    const count = (value: number) => value.toLocaleString("en-US");
    facts.push([
      "trained",
      `${count(train.trainable_parameters)} of ${count(train.total_parameters)} (${shortNumber(share)} %)`,
    ]);
    if (last !== null) {
      facts.push([
        "loss",
        `${shortNumber(train.points[0]!.loss)} → ${shortNumber(last)} after ${train.points.length} steps`,
      ]);
    }
    facts.push([
      "time",
      `start ${shortNumber(train.init_s)} s, training ${shortNumber(train.train_s)} s ` +
      `(${shortNumber(train.tokens_per_s)} tokens/s)`,
    ]);
    if (train.peak_memory_bytes !== null) facts.push(["peak memory", byteText(train.peak_memory_bytes)]);
  }
  if (record.eval) {
    const { also = {}, ...own } = record.eval;
    const several = Object.keys(also).length > 0;
    for (const [task, { metric, value, before, n }] of Object.entries({ [spec.task]: own, ...also })) {
      facts.push([
        several ? `${task}: ${metric}` : metric,
        `${before === null ? "" : `${shortNumber(before)} → `}${shortNumber(value)} of ${n} examples`,
      ]);
    }
  }
  if (paper) facts.push(["published", `${paper.value} (${paper.source})`]);
  return facts;
}
