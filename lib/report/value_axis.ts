import type { LayoutAxis } from "plotly.js";
import { axisScale } from "./axis_scale.ts";

/** From this ratio of largest to smallest value on, only the powers of ten are written. */
const MANY_DECADES = 1000;

/**
 * A Plotly axis for values: with a grid, logarithmic where {@linkcode axisScale} says so, and then named so. Values over more
 * than three decades have ticks at the powers of ten alone.
 *
 * @param title what is measured, with its unit
 */
export function valueAxis(title: string, values: readonly number[]): Partial<LayoutAxis> {
  const scale = axisScale(values);
  const finite = values.filter(Number.isFinite);
  const logarithmic = scale.type === "log";
  const many = logarithmic && Math.max(...finite) / Math.min(...finite) > MANY_DECADES;
  return {
    title: { text: logarithmic ? `${title} (logarithmic)` : title },
    ...(many ? { type: "log", dtick: 1, exponentformat: "power" } as const : scale),
    automargin: true, // so that a long tick label does not reach the title
    gridcolor: "#e5e5e5",
    linecolor: "#888888",
    showline: true,
    zeroline: false,
  };
}
