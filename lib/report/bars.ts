import { axisScale } from "./axis_scale.ts";
import { type Figure, figure } from "./plotly.ts";

/**
 * One bar for each value, with the value written on it: for a few numbers side by side, such as relative errors.
 * Positive values that range widely stand on a logarithmic axis.
 *
 * @param values by their names
 * @param labels the title, and what the axis measures, with its unit
 *
 * @example
 * ```ts
 * import { bars } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const errors = bars({ SVD: 0.33, CUR: 0.69 }, { title: "Rank 16 of W", axis: "relative error" });
 * assert.equal(errors.alternative, "Rank 16 of W, relative error: SVD 0.33, CUR 0.69.");
 * ```
 */
export function bars(
  values: { readonly [name: string]: number },
  { title, axis }: { readonly title: string; readonly axis: string },
): Figure {
  const names = Object.keys(values);
  const heights = Object.values(values);
  const texts = heights.map((height) => String(Number(height.toPrecision(3))));
  const scale = axisScale(heights);
  return figure(
    [{
      type: "bar",
      x: names,
      y: heights,
      text: texts,
      textposition: "outside",
      marker: { color: "#0072B2" },
    }],
    {
      title: { text: title },
      xaxis: { type: "category" },
      yaxis: {
        title: { text: scale.type === "log" ? `${axis} (logarithmic)` : axis },
        ...scale,
        gridcolor: "#e5e5e5",
      },
      showlegend: false,
    },
    `${title}, ${axis}: ${names.map((name, i) => `${name} ${texts[i]}`).join(", ")}.`,
  );
}
