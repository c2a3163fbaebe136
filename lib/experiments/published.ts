import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fromCSV } from "arquero";
import { shownJson } from "../formats/json.ts";
import { ownPath } from "../formats/own_path.ts";
import { UsageError } from "../usage_error.ts";

/** One figure that a paper gives. */
export interface PublishedFigure {
  /** By its name in the catalogue, where it is there. */
  readonly model: string;
  /** By its name in the table of methods, where it is there. */
  readonly method: string;
  /** Which of the method's starts, where the paper tells them apart. */
  readonly init: string | null;
  readonly rank: number | null;
  /** That are trained; as rounded in the paper, where `note` says so. */
  readonly parameters: number | null;
  /** By its name in the table of tasks; null where the figure is of none. */
  readonly task: string | null;
  readonly metric: string;
  /** As the paper writes it: shares and correlations in hundredths. Null where the figure was not read from the source. */
  readonly value: number | null;
  /** How far the value may be off for having been read off a chart; null for one that was printed. */
  readonly readingError: number | null;
  /** The paper, and where in it. */
  readonly source: string;
  readonly note: string | null;
}

/** The papers' tables that are kept. */
export type PublishedName = "nlg" | "glue" | "inttune" | "rank" | "efficiency";

/**
 * What the papers print, from `data/published/NAME.csv`: `nlg` (five generation tasks), `glue`, `inttune` (Table 6), `rank` (Figure
 * 4), `efficiency` (parameters, time, memory). A figure that nobody has read from its source has the value null.
 *
 * @throws UsageError for another name
 *
 * @example
 * ```ts
 * import { publishedFigures } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const nlora = publishedFigures("nlg").find(({ method, task, model }) =>
 *   method === "nlora" && task === "gsm8k" && model === "llama-2-7b"
 * );
 * assert.equal(nlora?.value, 57.7);
 * assert.equal(nlora?.source, "NLoRA (arXiv 2502.14482), abstract");
 * ```
 */
export function publishedFigures(name: PublishedName): PublishedFigure[] {
  const folder = ownPath("data/published");
  const names = readdirSync(folder).filter((file) => file.endsWith(".csv")).map((file) => file.slice(0, -4));
  if (!names.includes(name)) {
    throw new UsageError(`no published figures ${shownJson(name)}; there are ${names.sort().join(", ")}`);
  }
  const path = join(folder, `${name}.csv`);
  const rows = fromCSV(readFileSync(path, "utf8"), { autoType: false }).objects() as Record<string, string>[];
  return rows.map((row, i) => {
    const text = (column: string) => row[column] || null;
    const number = (column: string) => {
      const value = row[column] ? Number(row[column]) : null;
      if (value === null || Number.isFinite(value)) return value;
      throw new UsageError(`${path}, line ${i + 2}: ${column} is ${shownJson(row[column])}, not a number`);
    };
    return {
      model: row.model!,
      method: row.method!,
      init: text("init"),
      rank: number("rank"),
      parameters: number("parameters"),
      task: text("task"),
      metric: row.metric!,
      value: number("value"),
      readingError: number("reading_error"),
      source: row.source!,
      note: text("note"),
    };
  });
}
