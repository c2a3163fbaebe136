import type { ColumnTable } from "arquero";
import { escapeHtml } from "./escape_html.ts";
import type { MediaBundle } from "./jupyter.ts";
import { formatTable } from "./table.ts";

/** Rows that are shown; the rest is counted. */
const rowsShown = 20;

/**
 * A table as HTML and as text: numbers to the right with at most four digits after the point, missing values as `–`.
 *
 * @example
 * ```ts
 * import { tableBundle } from "nlora";
 * import { table } from "arquero";
 * import assert from "node:assert/strict";
 *
 * const bundle = tableBundle(table({ method: ["a<b"], loss: [0.97] }));
 * assert.match(bundle["text/html"] as string, /<td[^>]*>a&lt;b<\/td>/);
 * ```
 */
export function tableBundle(table: ColumnTable): MediaBundle {
  const shown = table.slice(0, rowsShown);
  const names = shown.columnNames();
  const values = names.map((name) => shown.array(name) as unknown[]);
  const numeric = values.map((column) =>
    column.some((value) => typeof value === "number") &&
    column.every((value) => value == null || typeof value === "number")
  );
  const align = (i: number) => `style="text-align:${numeric[i] ? "right" : "left"};padding:2px 10px"`;
  const head = names.map((name, i) => `<th ${align(i)}>${escapeHtml(name)}</th>`).join("");
  const rows = Array.from(
    { length: shown.numRows() },
    (_, row) => `<tr>${values.map((column, i) => `<td ${align(i)}>${cell(column[row])}</td>`).join("")}</tr>`,
  );
  const more = table.numRows() - shown.numRows();
  const count = `${table.numRows()} rows, ${table.numCols()} columns${
    more > 0 ? `, the first ${rowsShown} shown` : ""
  }`;
  return {
    "text/html":
      `<table style="border-collapse:collapse;font-variant-numeric:tabular-nums"><thead><tr>${head}</tr></thead>` +
      `<tbody>${rows.join("")}</tbody></table><small>${count}</small>`,
    "text/plain": formatTable(shown) + (more > 0 ? `\n… ${more} more rows` : ""),
  };
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return escapeHtml(String(value));
  if (Number.isInteger(value)) return value.toLocaleString("en-US");
  return value.toLocaleString("en-US", { maximumFractionDigits: Math.abs(value) >= 100 ? 1 : 4 });
}
