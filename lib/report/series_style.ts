/** How one of several series in a figure looks. */
export interface SeriesStyle {
  readonly color: string;
  /** A marker symbol of Plotly. */
  readonly symbol: "circle" | "diamond" | "star" | "square" | "triangle-up" | "cross" | "x" | "pentagon";
}

/** The colours of Okabe and Ito (2008, "Color Universal Design") that stand out on white, and Tol's wine. */
const STYLES: readonly SeriesStyle[] = [
  { color: "#0072B2", symbol: "circle" },
  { color: "#D55E00", symbol: "diamond" },
  { color: "#009E73", symbol: "star" },
  { color: "#CC79A7", symbol: "square" },
  { color: "#E69F00", symbol: "triangle-up" },
  { color: "#56B4E9", symbol: "cross" },
  { color: "#882255", symbol: "pentagon" },
  { color: "#000000", symbol: "x" },
];

/** The colour and symbol of a figure's series by its place, from 0; the ninth looks like the first. */
export function seriesStyle(index: number): SeriesStyle {
  return STYLES[index % STYLES.length]!;
}
