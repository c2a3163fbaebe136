import { type ColumnTable, table } from "arquero";
import type { RunRecord } from "../experiments/record.ts";
import { cutText } from "./cut_text.ts";
import { finalLoss } from "./final_loss.ts";
import { labels } from "./labels.ts";
import { valueText } from "./value_text.ts";

/** Of one cell; a longer text is cut. */
const mostCharacters = 60;
const GAP = "  ";

/**
 * One row for each run: method, trainable parameters, init s, train s, tokens/s, peak memory MB (10⁶ bytes), first loss,
 * final loss (mean of the last five steps), accuracy before and after (from 0 to 1; the metric's name where all runs share
 * another, `score` where they have several), status. What a run does not have is null; a failed run is a row too.
 */
export function resultsTable(records: readonly RunRecord[]): ColumnTable {
  const column = <T>(read: (record: RunRecord) => T | null | undefined) =>
    records.map((record) => read(record) ?? null);
  const [metric = "accuracy", ...others] = new Set(records.flatMap((record) => record.eval?.metric ?? []));
  const score = others.length === 0 ? metric : "score";
  return table({
    "method": labels(records),
    "trainable parameters": column(({ train }) => train?.trainable_parameters),
    "init s": column(({ train }) => train?.init_s),
    "train s": column(({ train }) => train?.train_s),
    "tokens/s": column(({ train }) => train?.tokens_per_s),
    "peak memory MB": column(({ train }) =>
      train?.peak_memory_bytes && Math.round(train.peak_memory_bytes / 1e6)
    ),
    "first loss": column(({ train }) => train?.points[0]?.loss),
    "final loss": column(finalLoss),
    [`${score} before`]: column((record) => record.eval?.before),
    [`${score} after`]: column((record) => record.eval?.value),
    "status": column(({ run }) => run.status),
  });
}

/**
 * A table for a terminal: columns aligned, numbers to the right and rounded alike within a column, missing values as `–`, texts
 * cut at 60 characters.
 *
 * @example
 * ```ts
 * import { formatTable } from "nlora";
 * import { table } from "arquero";
 * import assert from "node:assert/strict";
 *
 * assert.equal(
 *   formatTable(table({ method: ["LoRA", "NLoRA"], loss: [1.0971, 0.973] })),
 *   "method   loss\n" +
 *   "LoRA    1.097\n" +
 *   "NLoRA   0.973",
 * );
 * ```
 */
export function formatTable(table: ColumnTable): string {
  const rows = table.objects() as { [column: string]: unknown }[];
  const columns = table.columnNames().map((name) => formatColumn(name, rows.map((row) => row[name])));
  return Array.from(
    { length: rows.length + 1 },
    (_, line) => columns.map((cells) => cells[line]).join(GAP).trimEnd(),
  ).join("\n");
}

/** The heading and the cells, all of one width. */
function formatColumn(name: string, values: readonly unknown[]): string[] {
  const numbers = values.filter((value) => typeof value === "number");
  const decimals = decimalsFor(numbers);
  const cells = [name, ...values.map((value) => formatCell(value, decimals))];
  const width = Math.max(...cells.map((cell) => [...cell].length));
  return cells.map((cell) => {
    const padding = " ".repeat(width - [...cell].length);
    return numbers.length > 0 ? padding + cell : cell + padding;
  });
}

function formatCell(value: unknown, decimals: number): string {
  if (typeof value !== "number") return cutText(valueText(value).replaceAll(/\s+/g, " "), mostCharacters);
  if (!Number.isFinite(value)) return String(value);
  return value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

function decimalsFor(numbers: readonly number[]): number {
  const finite = numbers.filter(Number.isFinite);
  if (finite.every(Number.isInteger)) return 0;
  const largest = Math.max(...finite.map(Math.abs));
  if (largest > 0 && largest < 0.01) return 2 - Math.floor(Math.log10(largest));
  return largest >= 1000 ? 0 : largest >= 100 ? 1 : largest >= 10 ? 2 : 3;
}
