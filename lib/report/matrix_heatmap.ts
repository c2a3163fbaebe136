import { type Figure, figure } from "./plotly.ts";

/** The most cells along a side that a figure keeps. */
const MOST_CELLS = 96;

/** What a heatmap needs to know of its matrix. */
export interface MatrixView {
  readonly rows: number;
  readonly columns: number;
  readonly title: string;
}

/**
 * A matrix as a picture: blue below zero, red above, white at zero. Of a matrix with more than 96 rows or columns each
 * cell shows the entry of largest size in its block.
 *
 * @param values rows × columns entries, row by row
 * @throws RangeError when there are more or fewer entries than that
 *
 * @example
 * ```ts
 * import { matrixHeatmap } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const heatmap = matrixHeatmap([1, -2, 0, 4], { rows: 2, columns: 2, title: "W" });
 * assert.match(heatmap.alternative, /2 × 2 matrix, entries from -2 to 4/);
 * ```
 */
export function matrixHeatmap(values: ArrayLike<number>, { rows, columns, title }: MatrixView): Figure {
  if (values.length !== rows * columns) {
    throw new RangeError(`${values.length} entries given for a ${rows} × ${columns} matrix`);
  }
  const rowBlock = Math.ceil(rows / MOST_CELLS);
  const columnBlock = Math.ceil(columns / MOST_CELLS);
  const z = starts(rows, rowBlock).map((row) =>
    starts(columns, columnBlock).map((column) =>
      rounded(
        largest(
          values,
          columns,
          [row, Math.min(rows, row + rowBlock)],
          [column, Math.min(columns, column + columnBlock)],
        ),
      )
    )
  );
  const entries = Array.from(values);
  const low = entries.reduce((a, b) => Math.min(a, b), Infinity);
  const high = entries.reduce((a, b) => Math.max(a, b), -Infinity);
  const bound = rounded(Math.max(Math.abs(low), Math.abs(high)));
  const blocks = rowBlock * columnBlock > 1
    ? `each cell is the largest entry of ${rowBlock} × ${columnBlock}`
    : null;
  return figure(
    [{
      type: "heatmap",
      z,
      y0: 0,
      dy: rowBlock,
      x0: 0,
      dx: columnBlock,
      zmin: -bound,
      zmax: bound,
      colorscale: BLUE_WHITE_RED,
      colorbar: { title: { text: "entry" } },
      hovertemplate: "row %{y}, column %{x}: %{z:.4g}<extra></extra>",
    }],
    {
      title: { text: `${title} (${rows} × ${columns})` },
      xaxis: { title: { text: blocks ? `column (${blocks})` : "column" }, constrain: "domain" },
      yaxis: { title: { text: "row" }, autorange: "reversed", constrain: "domain" },
    },
    `${title}: a ${rows} × ${columns} matrix, entries from ${rounded(low)} to ${rounded(high)}${
      blocks ? `; ${blocks}` : ""
    }.`,
  );
}

const BLUE_WHITE_RED: [number, string][] = [[0, "#0072B2"], [0.5, "#ffffff"], [1, "#D55E00"]];

function starts(length: number, block: number): number[] {
  return Array.from({ length: Math.ceil(length / block) }, (_, i) => i * block);
}

function largest(
  values: ArrayLike<number>,
  columns: number,
  [top, bottom]: readonly [number, number],
  [left, right]: readonly [number, number],
): number {
  let result = 0;
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const value = values[row * columns + column]!;
      if (Math.abs(value) > Math.abs(result)) result = value;
    }
  }
  return result;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
