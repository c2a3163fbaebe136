import type { ColumnTable } from "arquero";
import { cutText } from "./cut_text.ts";
import { escapeHtml } from "./escape_html.ts";
import { inlineScript } from "./inline_script.ts";
import type { MediaBundle } from "./jupyter.ts";
import { outputId } from "./output_id.ts";
import { pageTable } from "./page_table.ts";
import { formatTable } from "./table.ts";
import { type ValueKind, valueKind, valueText, wholeText } from "./value_text.ts";

/** Rows on one page, and rows of the text. */
const pageRows = 20;
/** What an output holds at most; the rest is counted. */
const most = { rows: 500, cells: 10_000, columns: 60, characters: 60, valueCharacters: 1000 };

const style = "<style>" +
  ".nlora-table{max-width:100%;overflow-x:auto}" +
  ".nlora-table:not(.nlora-paged)>table{display:block;max-height:36em;overflow-y:auto}" +
  ".nlora-table table{border-collapse:collapse;margin:0;font-variant-numeric:tabular-nums}" +
  ".nlora-table th,.nlora-table td{padding:2px 10px;text-align:left!important;white-space:nowrap;border:0}" +
  ".nlora-table th{border-bottom:1px solid var(--jp-border-color1,rgba(128,128,128,.6));vertical-align:bottom}" +
  ".nlora-table th small{display:block;font-weight:normal;opacity:.7}" +
  ".nlora-table th[aria-sort=ascending]>span::after{content:' ▲'}" +
  ".nlora-table th[aria-sort=descending]>span::after{content:' ▼'}" +
  ".nlora-table tbody tr:nth-child(even){background:rgba(128,128,128,.1)}" +
  ".nlora-table .right.right{text-align:right!important}" +
  ".nlora-table>div{display:flex;gap:.5em;align-items:center;margin-top:4px}" +
  ".nlora-table button{font:inherit;color:inherit;background:none;border:1px solid rgba(128,128,128,.6);" +
  "border-radius:3px;padding:0 8px;cursor:pointer}.nlora-table button:disabled{opacity:.4;cursor:default}" +
  "</style>";

/**
 * A table as HTML and as text. The HTML has a page of 20 rows at a time, sorts by the column that is clicked, copies the table
 * for a spreadsheet and saves it as CSV; its script needs nothing from outside, and without it the rows scroll. Under each name
 * stands what the column holds. Numbers stand to the right with at most four digits after the point; long texts are cut, with
 * the whole in a tooltip; missing values are `–`. At most 500 rows are kept in the output, and 60 columns: the rest is counted.
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
  const names = table.columnNames().slice(0, most.columns);
  const kept = Math.min(most.rows, Math.max(pageRows, Math.floor(most.cells / names.length)));
  const shown = table.slice(0, kept);
  const columns = names.map((name) => ({
    name,
    kind: columnKind(table.array(name) as Iterable<unknown>),
    values: shown.array(name) as unknown[],
  }));
  const head = columns.map(({ name, kind: { kind, words } }) =>
    `<th scope="col"${side(kind)} data-value="${escapeHtml(name)}">` +
    `<span>${escapeHtml(name)}</span><small>${words}</small></th>`
  ).join("");
  const rows = Array.from(
    { length: shown.numRows() },
    (_, row) => `<tr>${columns.map(({ values, kind }) => cell(values[row], kind.kind)).join("")}</tr>`,
  ).join("\n");
  const count = counted(table, shown.numRows(), names.length);
  const id = outputId("table", head + rows);
  const more = table.numRows() - pageRows;
  return {
    "text/html": `<div class="nlora-table" id="${id}">${style}<table><thead><tr>${head}</tr></thead>` +
      `<tbody>${rows}</tbody></table><small>${count}</small></div>${inlineScript(pageTable, id, pageRows)}`,
    "text/plain": formatTable(table.select(...names).slice(0, pageRows)) +
      (more > 0 ? `\n… ${more.toLocaleString("en-US")} more rows` : ""),
  };
}

type ColumnKind = ValueKind | "mixed";

/** What a column holds: one kind of values, or `mixed`, and how many are missing. */
function columnKind(values: Iterable<unknown>): { kind: ColumnKind; words: string } {
  const counts = new Map<ValueKind, number>();
  for (const value of values) {
    const kind = valueKind(value);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const missing = counts.get("null");
  counts.delete("null");
  const kinds = [...counts.keys()];
  const kind = kinds.length > 1 ? "mixed" : kinds[0] ?? "null";
  const words = kind === "mixed" ? kinds.join(" or ") : kind;
  return { kind, words: missing && kinds.length > 0 ? `${words}, ${missing} null` : words };
}

function cell(value: unknown, kind: ColumnKind): string {
  const text = valueText(value);
  const whole = wholeText(value);
  if (text === whole && text.length <= most.characters) return `<td${side(kind)}>${escapeHtml(text)}</td>`;
  const kept = escapeHtml(cutText(whole, most.valueCharacters));
  const grouped = text.length <= most.characters && text.replaceAll(",", "") === whole;
  const tooltip = grouped ? "" : ` title="${kept}"`;
  return `<td${side(kind)} data-value="${kept}"${tooltip}>${escapeHtml(cutText(text, most.characters))}</td>`;
}

function side(kind: ColumnKind): string {
  return kind === "number" || kind === "bigint" ? ` class="right"` : "";
}

function counted(table: ColumnTable, rows: number, columns: number): string {
  const of = (all: number, shown: number, unit: string) => {
    const words = `${all.toLocaleString("en-US")} ${unit}${all === 1 ? "" : "s"}`;
    return shown < all ? `${words} (the first ${shown} are kept here)` : words;
  };
  return `${of(table.numRows(), rows, "row")}, ${of(table.numCols(), columns, "column")}`;
}
