import type { Data, ErrorBar } from "plotly.js";
import { methodStyle } from "./method_style.ts";
import { type Figure, figure } from "./plotly.ts";
import { seriesStyle } from "./series_style.ts";
import { shortNumber } from "./short_number.ts";
import { valueAxis } from "./value_axis.ts";

/** One line of {@linkcode curves}. */
export interface Curve {
  /** By default 1, 2, 3 and so on. */
  readonly x?: readonly number[];
  readonly y: readonly number[];
  /** The lower and upper ends of an upright bar at each point, such as the lowest and highest of some seeds. */
  readonly low?: readonly number[];
  readonly high?: readonly number[];
  /** Gives the line its method's colour and symbol; by default they come from its place. */
  readonly method?: string;
  /** By default solid. */
  readonly dash?: "solid" | "dash" | "dot";
}

/** Points up to which each has a mark. */
const MARKED = 30;

/**
 * Lines by their names, on logarithmic axes where the positive values range widely. Few points have marks; points that a
 * logarithmic axis cannot show are to be left out by the caller, since one of them makes the axis linear.
 *
 * @param labels the title, and what either axis measures, with its unit
 *
 * @example
 * ```ts
 * import { curves } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const errors = curves({ SVD: { x: [1, 16], y: [0.9, 0.3] } }, { title: "W", x: "rank", y: "relative error" });
 * assert.equal(errors.alternative, "W: relative error by rank. SVD from 0.9 at 1 to 0.3 at 16.");
 * ```
 */
export function curves(
  lines: { readonly [name: string]: Curve },
  { title, x, y }: { readonly title: string; readonly x: string; readonly y: string },
): Figure {
  const drawn = Object.entries(lines).map(([name, line]) => ({
    ...line,
    name,
    x: line.x ?? line.y.map((_, i) => i + 1),
  }));
  const data = drawn.map((line, i): Data => {
    const { color, symbol } = line.method === undefined ? seriesStyle(i) : methodStyle(line.method);
    return {
      type: "scatter",
      mode: line.y.length > MARKED ? "lines" : "lines+markers",
      name: line.name,
      x: [...line.x],
      y: line.y.map((value) => Number(value.toPrecision(5))),
      ...line.low && line.high && { error_y: barsOf(line.y, line.low, line.high, color) },
      line: { color, dash: line.dash ?? "solid", width: 2 },
      marker: { color, symbol, size: 7 },
      ...line.low && line.high && {
        customdata: line.low.map((low, i) => `${shortNumber(low)} to ${shortNumber(line.high![i]!)}`),
      },
      hovertemplate: `%{y:.3g} ${line.low && line.high ? "(%{customdata}) " : ""}at %{x:.3g}`,
    };
  });
  const words = drawn.filter((line) => line.y.length > 0).map((line) => {
    const at = (i: number) => {
      const [low, high] = [line.low?.at(i), line.high?.at(i)];
      const range = low === undefined || high === undefined || low === high
        ? ""
        : ` (${shortNumber(low)} to ${shortNumber(high)})`;
      return `${shortNumber(line.y.at(i)!)}${range} at ${line.x.at(i)}`;
    };
    return `${line.name} from ${at(0)} to ${at(-1)}`;
  });
  return figure(data, {
    title: { text: title },
    xaxis: valueAxis(x, drawn.flatMap((line) => line.x)),
    yaxis: valueAxis(y, drawn.flatMap(({ y, low = [], high = [] }) => [...y, ...low, ...high])),
    hovermode: "closest",
    showlegend: true,
    legend: { x: 1.02, xanchor: "left", y: 1 },
  }, `${title}: ${y} by ${x}. ${words.join("; ")}.`);
}

function barsOf(
  values: readonly number[],
  low: readonly number[],
  high: readonly number[],
  color: string,
): ErrorBar {
  return {
    type: "data",
    symmetric: false,
    array: values.map((value, i) => high[i]! - value),
    arrayminus: values.map((value, i) => value - low[i]!),
    color,
    thickness: 1,
    width: 3,
  };
}
