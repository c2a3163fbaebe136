import type { LayoutAxis } from "plotly.js";

/** A Plotly axis of the rows of a picture, from the top down, with room for their names. */
export function categoryAxis(rows: readonly string[]): Partial<LayoutAxis> {
  return {
    type: "category",
    categoryarray: [...rows],
    categoryorder: "array",
    autorange: "reversed",
    automargin: true,
  };
}
