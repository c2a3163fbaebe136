import { type ColumnTable, table } from "arquero";
import { recordsByTask } from "../experiments/records_by_task.ts";
import type { RunRecord } from "../experiments/record.ts";
import { finalLoss } from "./final_loss.ts";

/**
 * All of many runs as a table of Arquero, to be filtered, grouped and joined: a row for each, and for each further task that it was
 * scored on, with a column for every field of the specs (lists and patterns as JSON), and what came of it. What a run does not have is null.
 *
 * @example
 * ```ts
 * import { openStore, runsTable } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const runs = runsTable(openStore("data/records/gsm8k").records);
 * const best = runs.filter("d => d.method === 'nlora'").orderby("final_loss");
 * assert.ok(best.get("final_loss", 0) < 1);
 * ```
 */
export function runsTable(runs: readonly RunRecord[]): ColumnTable {
  const records = recordsByTask(runs);
  const fields = [...new Set(records.flatMap(({ run }) => Object.keys(run.spec)))];
  const column = <T>(read: (record: RunRecord) => T | null | undefined) =>
    records.map((record) => read(record) ?? null);
  return table({
    ...Object.fromEntries(
      fields.map((field) => [field, column(({ run }) => plain(run.spec[field as keyof typeof run.spec]))]),
    ),
    status: column(({ run }) => run.status),
    error: column(({ run }) => run.error),
    started: column(({ run }) => run.started),
    metric: column((record) => record.eval?.metric),
    value: column((record) => record.eval?.value),
    before: column((record) => record.eval?.before),
    n: column((record) => record.eval?.n),
    final_loss: column(finalLoss),
    trainable_parameters: column(({ train }) => train?.trainable_parameters),
    init_s: column(({ train }) => train?.init_s),
    train_s: column(({ train }) => train?.train_s),
    tokens_per_s: column(({ train }) => train?.tokens_per_s),
    peak_memory_bytes: column(({ train }) => train?.peak_memory_bytes),
    backend: column(({ meta }) => meta.backend),
    device: column(({ meta }) => meta.device),
    git_commit: column(({ run }) => run.git_commit),
    code_digest: column(({ meta }) => meta.code_digest),
    model_digest: column(({ meta }) => meta.model_digest),
    data_digest: column(({ meta }) => meta.data_digest),
  });
}

function plain(value: unknown): string | number | boolean | null {
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return value === undefined ? null : value as string | number | boolean | null;
}
