import type { Data } from "plotly.js";
import { categoryAxis } from "./category_axis.ts";
import { type Figure, figure } from "./plotly.ts";
import type { SeedRange } from "./seed_range.ts";
import { seriesStyle } from "./series_style.ts";
import { shortNumber } from "./short_number.ts";
import { valueAxis } from "./value_axis.ts";

const ROW_HEIGHT = 30;
const FRAME_HEIGHT = 150;

/**
 * Values by row and, in each row, by series: a mark for each on a common axis, which is logarithmic where the values range
 * widely (Cleveland 1984). A zero among such values stands hollow left of all others, with a 0 beside it. A row may lack
 * some of the series. Of a single series each value is written beside its mark. A value that sums up several, as
 * {@linkcode seedRange} gives it, has a bar from the lowest to the highest.
 *
 * @param values not negative
 * @param labels the title, and what the axis measures, with its unit
 *
 * @example
 * ```ts
 * import { dotPlot } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const values = { first: { pinv: 99, cur: 0.7 }, uniform: { cur: 0.8 } };
 * const plot = dotPlot(values, { title: "Rank 16", axis: "relative error" });
 * assert.equal(plot.alternative, "Rank 16, relative error: first: pinv 99, cur 0.7; uniform: cur 0.8.");
 * ```
 */
export function dotPlot(
  values: { readonly [row: string]: { readonly [series: string]: number | SeedRange } },
  { title, axis }: { readonly title: string; readonly axis: string },
): Figure {
  const rows = Object.keys(values);
  const series = [...new Set(rows.flatMap((row) => Object.keys(values[row]!)))];
  const all = rows.flatMap((row) => Object.values(values[row]!)).map(rangeOf);
  const positive = all.flatMap(({ value, low, high }) => [value, low, high]).filter((value) => value > 0);
  const scale = valueAxis(axis, positive);
  const zero = scale.type === "log" ? zeroPlace(positive) : 0;
  const alone = series.length === 1;
  const data = series.map((name, i): Data => {
    const { color, symbol } = seriesStyle(i);
    const present = rows.filter((row) => values[row]![name] !== undefined);
    const ranges = present.map((row) => rangeOf(values[row]![name]!));
    const numbers = ranges.map(({ value }) => value);
    return {
      type: "scatter",
      mode: alone ? "text+markers" : "markers",
      name,
      x: numbers.map((value) => value === 0 ? zero : Number(value.toPrecision(5))),
      y: present,
      ...ranges.some(({ low, high }) => low < high) && {
        error_x: {
          type: "data",
          symmetric: false,
          array: ranges.map(({ value, high }) => high - value),
          arrayminus: ranges.map(({ value, low }) => value - low),
          color,
          thickness: 2,
        },
      },
      text: numbers.map((value) => alone || value === 0 ? ` ${shortNumber(value)}` : ""),
      textposition: "middle right",
      marker: {
        color,
        symbol: numbers.map((value) => value === 0 ? `${symbol}-open` as const : symbol),
        size: 11,
        line: { width: 2, color },
      },
      cliponaxis: false,
      customdata: ranges.map(written),
      hovertemplate: "%{y}: %{customdata}",
    };
  });
  const words = rows.map((row) =>
    `${row}: ${
      Object.entries(values[row]!).map(([name, value]) => `${name} ${written(rangeOf(value))}`).join(", ")
    }`
  );
  return figure(data, {
    title: { text: title },
    height: FRAME_HEIGHT + ROW_HEIGHT * rows.length,
    xaxis: scale,
    yaxis: { ...categoryAxis(rows), gridcolor: "#e5e5e5" },
    hovermode: "closest",
    showlegend: !alone,
    legend: { x: 1.02, xanchor: "left", y: 1 },
    margin: { l: 70, r: alone ? 80 : 20, t: 60, b: 60 },
  }, `${title}, ${axis}: ${words.join("; ")}.`);
}

function rangeOf(value: number | SeedRange): SeedRange {
  return typeof value === "number" ? { value, low: value, high: value } : value;
}

function written({ value, low, high }: SeedRange): string {
  return low < high
    ? `${shortNumber(value)} (${shortNumber(low)} to ${shortNumber(high)})`
    : shortNumber(value);
}

/** Left of the smallest value, by a tenth of the axis' length in decades. */
function zeroPlace(positive: readonly number[]): number {
  const [low, high] = [Math.min(...positive), Math.max(...positive)];
  return low * (low / high) ** 0.1;
}
