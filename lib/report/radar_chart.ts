import type { Data } from "plotly.js";
import { type Figure, figure } from "./plotly.ts";
import { seriesStyle } from "./series_style.ts";
import { shortNumber } from "./short_number.ts";

const DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"] as const;

/**
 * Values on axes that go out from one point, one for each category, joined to a polygon for each series: where several series have
 * their strengths. Series differ in colour, mark and dashes. A series that lacks a category has a gap there.
 *
 * @param values by series and category
 * @param labels the title, what the axes measure, and from where to where they go
 *
 * @example
 * ```ts
 * import { radarChart } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const values = { LoRA: { math: 2, writing: 5.5, stem: 4 }, NLoRA: { math: 3, writing: 5, stem: 4.5 } };
 * const chart = radarChart(values, { title: "MT-Bench", axis: "rating", range: [0, 10] });
 * assert.equal(
 *   chart.alternative,
 *   "MT-Bench, rating from 0 to 10: LoRA: math 2, writing 5.5, stem 4; NLoRA: math 3, writing 5, stem 4.5.",
 * );
 * ```
 */
export function radarChart(
  values: { readonly [series: string]: { readonly [category: string]: number } },
  { title, axis, range }: {
    readonly title: string;
    readonly axis: string;
    readonly range: readonly [number, number];
  },
): Figure {
  const series = Object.keys(values);
  const categories = [...new Set(series.flatMap((name) => Object.keys(values[name]!)))];
  const around = [...categories, ...categories.slice(0, 1)]; // which closes the polygon
  const data = series.map((name, i): Data => {
    const { color, symbol } = seriesStyle(i);
    return {
      type: "scatterpolar",
      mode: "lines+markers",
      name,
      theta: around,
      r: around.map((category) => values[name]![category] ?? null) as number[],
      line: { color, width: 2, dash: DASHES[i % DASHES.length]! },
      marker: { color, symbol, size: 8 },
      hovertemplate: `%{theta}: %{r:.2f}`,
    };
  });
  const words = series.map((name) =>
    `${name}: ${
      Object.entries(values[name]!).map(([category, value]) => `${category} ${shortNumber(value)}`).join(", ")
    }`
  );
  return figure(data, {
    title: { text: title },
    height: 520,
    polar: {
      bgcolor: "#ffffff",
      radialaxis: { range: [...range], angle: 90, tickangle: 90, gridcolor: "#e5e5e5", linecolor: "#888888" },
      angularaxis: { direction: "clockwise", rotation: 90, gridcolor: "#e5e5e5", linecolor: "#888888" },
    },
    showlegend: true,
    legend: { orientation: "h", x: 0.5, xanchor: "center", y: -0.12, yanchor: "top" },
    margin: { l: 90, r: 90, t: 80, b: 60 },
  }, `${title}, ${axis} from ${range[0]} to ${range[1]}: ${words.join("; ")}.`);
}
