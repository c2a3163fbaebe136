import type { Data, Layout } from "plotly.js";
import { methodStyle } from "./method_style.ts";
import { type Figure, figure } from "./plotly.ts";
import { seriesStyle } from "./series_style.ts";
import { shortNumber } from "./short_number.ts";
import { valueAxis } from "./value_axis.ts";

/** One row of {@linkcode intervalPlot}. */
export interface IntervalRow {
  readonly value: number;
  /** The ends of the value's interval, where it has one. */
  readonly low?: number;
  readonly high?: number;
  /** What the value sums up, such as the score with each seed. */
  readonly points?: readonly number[];
  /** Gives the row its method's colour and symbol. */
  readonly method?: string;
}

/** What {@linkcode intervalPlot} says beside its rows. */
export interface IntervalLabels {
  readonly title: string;
  /** What is measured, with its unit. */
  readonly axis: string;
  /** Values that the rows are to be read against, by name: each an upright line. */
  readonly lines?: { readonly [name: string]: number };
}

const ROW_HEIGHT = 36;
const FRAME_HEIGHT = 170;

/**
 * Values with their intervals, a row for each: whether methods differ by more than chance is seen at a glance, which bars do not show.
 * What a value sums up lies behind it as hollow grey marks. The axis is linear; values may be negative.
 *
 * @param rows by their names, from top to bottom
 *
 * @example
 * ```ts
 * import { intervalPlot } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const plot = intervalPlot({
 *   LoRA: { value: 80, low: 78, high: 82, points: [79, 81], method: "lora" },
 *   IntTune: { value: 73, method: "inttune" },
 * }, { title: "SST-2", axis: "accuracy (%)", lines: { "the same answer always": 50.9 } });
 * assert.equal(
 *   plot.alternative,
 *   "SST-2, accuracy (%): LoRA 80 (78 to 82); IntTune 73. Lines: the same answer always 50.9.",
 * );
 * ```
 */
export function intervalPlot(
  rows: { readonly [row: string]: IntervalRow },
  { title, axis, lines = {} }: IntervalLabels,
): Figure {
  const entries = Object.entries(rows);
  const behind = entries.flatMap(([name, { points = [] }]) => points.map((x) => ({ x, name })));
  const data: Data[] = [
    {
      ...{
        type: "scatter",
        mode: "markers",
        name: "one seed",
        hovertemplate: "one seed: %{x:.4g}<extra></extra>",
      },
      x: behind.map(({ x }) => x),
      y: behind.map(({ name }) => name),
      marker: { color: "#777777", symbol: "circle-open", size: 9 },
    },
    ...entries.map(([name, row], i) => mark(name, row, i)),
  ];
  const words = entries.map(([name, { value, low, high }]) =>
    `${name} ${shortNumber(value)}${
      low === undefined || high === undefined ? "" : ` (${shortNumber(low)} to ${shortNumber(high)})`
    }`
  );
  const against = Object.entries(lines).map(([name, x]) => `${name} ${shortNumber(x)}`);
  return figure(
    data,
    {
      title: { text: title },
      height: FRAME_HEIGHT + ROW_HEIGHT * entries.length,
      xaxis: { ...valueAxis(axis, []), type: "linear" },
      yaxis: {
        type: "category",
        categoryarray: entries.map(([name]) => name),
        categoryorder: "array",
        range: [entries.length - (Object.keys(lines).length > 0 ? 0 : 0.4), -0.6], // from the top; the lines' names stand below the rows
        automargin: true,
        gridcolor: "#e5e5e5",
      },
      ...upright(lines),
      hovermode: "closest",
      showlegend: false,
      margin: { l: 70, r: 20, t: 60, b: 60 },
    },
    `${title}, ${axis}: ${words.join("; ")}.${against.length === 0 ? "" : ` Lines: ${against.join(", ")}.`}`,
  );
}

function mark(name: string, { value, low = value, high = value, method }: IntervalRow, place: number): Data {
  const { color, symbol } = method === undefined ? seriesStyle(place) : methodStyle(method);
  const interval = low === high ? "" : ` (${shortNumber(low)} to ${shortNumber(high)})`;
  return {
    type: "scatter",
    mode: "markers",
    name,
    x: [value],
    y: [name],
    error_x: {
      type: "data",
      symmetric: false,
      array: [high - value],
      arrayminus: [value - low],
      color,
      thickness: 2,
    },
    marker: { color, symbol, size: 12 },
    hovertemplate: `%{y}: ${shortNumber(value)}${interval}<extra></extra>`,
  };
}

/** Upright lines across the plot, each with its name at its foot. */
function upright(lines: { readonly [name: string]: number }): Pick<Layout, "shapes" | "annotations"> {
  const entries = Object.entries(lines);
  return {
    shapes: entries.map(([, x]) => ({
      ...{ type: "line", xref: "x", yref: "paper", y0: 0, y1: 1 } as const,
      ...{ x0: x, x1: x, line: { color: "#555555", width: 1.5, dash: "dash" } } as const,
    })),
    annotations: entries.map(([name, x]) => ({
      ...{ xref: "x", yref: "paper", x, y: 0, yanchor: "bottom", showarrow: false } as const,
      text: name,
      bgcolor: "#ffffff",
    })),
  };
}
