import { categoryAxis } from "./category_axis.ts";
import { type Figure, figure } from "./plotly.ts";
import { shortNumber } from "./short_number.ts";

const ROW_HEIGHT = 44;
const FRAME_HEIGHT = 160;
/** White to the blue of Okabe and Ito. */
const COLOURS: [number, string][] = [[0, "#ffffff"], [1, "#0072B2"]];
/** The share of the range from which white letters are read better than dark ones. */
const DARK = 0.55;

/** What {@linkcode valueMap} says beside its values. */
export interface ValueMapLabels {
  readonly title: string;
  /** What is measured, with its unit. */
  readonly scale: string;
  /** The values that are white and full blue; others are drawn as the nearer of the two. */
  readonly range: readonly [number, number];
}

/**
 * Values by row and column as a map, each cell coloured by its value and with the value in it, such as how much each of some
 * methods has in common with each other one. A cell without a value stays empty.
 *
 * @param values by row and, in each, by column
 *
 * @example
 * ```ts
 * import { valueMap } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const values = { LoRA: { LoRA: 1, PiSSA: 0.2 }, PiSSA: { LoRA: 0.2, PiSSA: 1 } };
 * const map = valueMap(values, { title: "Subspaces", scale: "overlap", range: [0, 1] });
 * assert.equal(map.alternative, "Subspaces, overlap: LoRA with LoRA 1, PiSSA 0.2; PiSSA with LoRA 0.2, PiSSA 1.");
 * ```
 */
export function valueMap(
  values: { readonly [row: string]: { readonly [column: string]: number } },
  { title, scale, range: [low, high] }: ValueMapLabels,
): Figure {
  const rows = Object.keys(values);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(values[row]!)))];
  const cells = rows.map((row) => columns.map((column) => values[row]![column] ?? null));
  const written = rows.flatMap((row, i) =>
    columns.flatMap((column, j) => {
      const value = cells[i]![j];
      return value == null ? [] : [{
        x: column,
        y: row,
        text: shortNumber(value),
        showarrow: false,
        font: { color: (value - low) / (high - low) > DARK ? "#ffffff" : "#222222" },
      }];
    })
  );
  const words = rows.map((row) =>
    `${row} with ${
      Object.entries(values[row]!).map(([column, value]) => `${column} ${shortNumber(value)}`).join(", ")
    }`
  );
  return figure(
    [{
      type: "heatmap",
      x: columns,
      y: rows,
      z: cells.map((row) => row.map((value) => value === null ? null : Number(value.toPrecision(4)))),
      zmin: low,
      zmax: high,
      colorscale: COLOURS,
      colorbar: { title: { text: scale } },
      hovertemplate: "%{y} with %{x}: %{z:.3g}<extra></extra>",
      xgap: 1,
      ygap: 1,
    }],
    {
      title: { text: title },
      height: FRAME_HEIGHT + ROW_HEIGHT * rows.length,
      xaxis: { type: "category", categoryarray: columns, categoryorder: "array", automargin: true },
      yaxis: categoryAxis(rows),
      annotations: written,
    },
    `${title}, ${scale}: ${words.join("; ")}.`,
  );
}
