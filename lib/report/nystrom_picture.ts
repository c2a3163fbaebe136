import { type Figure, figure } from "./plotly.ts";

/** Okabe–Ito colours of the three factors; the rest of W stays grey. */
const colours = { B: "#0072B2", N: "#D55E00", A: "#009E73", W: "#D9D9D9" };

/**
 * What NLoRA takes from a weight, drawn to scale: the first r columns become B, the first r rows A, the block where
 * they meet N; beside it their product in the order in which they are multiplied (arXiv 2502.14482, Figure 3).
 *
 * @param shape of the weight (m, n)
 *
 * @example
 * ```ts
 * import { nystromPicture } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.match(nystromPicture({ rows: 576, columns: 1536, rank: 64 }).alternative, /first 64 columns/);
 * ```
 */
export function nystromPicture(shape: { rows: number; columns: number; rank: number }): Figure {
  const { rows: m, columns: n, rank: r } = shape;
  const gap = 0.25 * Math.max(m, n);
  const b = n + gap;
  const core = b + r + gap / 2;
  const a = core + r + gap / 2;
  const parts = [
    { x: 0, y: 0, width: n, height: m, colour: colours.W, label: "W", hint: `${m}×${n}` },
    { x: 0, y: 0, width: r, height: m, colour: colours.B, label: "", hint: "" },
    { x: 0, y: 0, width: n, height: r, colour: colours.A, label: "", hint: "" },
    { x: 0, y: 0, width: r, height: r, colour: colours.N, label: "", hint: "" },
    { x: b, y: 0, width: r, height: m, colour: colours.B, label: "B", hint: `${m}×${r}` },
    { x: core, y: 0, width: r, height: r, colour: colours.N, label: "N", hint: `${r}×${r}` },
    { x: a, y: 0, width: n, height: r, colour: colours.A, label: "A", hint: `${r}×${n}` },
  ];
  const numbers = r * (m + n + r);
  return figure(
    [{
      type: "scatter",
      x: [0, a + n],
      y: [0, m],
      mode: "markers",
      marker: { opacity: 0 },
      hoverinfo: "skip",
    }],
    {
      title: {
        text: `W ≈ B·N·A: ${numbers.toLocaleString("en")} numbers for ${(m * n).toLocaleString("en")}`,
      },
      showlegend: false,
      xaxis: { visible: false },
      yaxis: { visible: false, autorange: "reversed", scaleanchor: "x" },
      shapes: parts.map(({ x, y, width, height, colour }) => ({
        type: "rect",
        x0: x,
        y0: y,
        x1: x + width,
        y1: y + height,
        fillcolor: colour,
        line: { width: 1, color: "#333333" },
      })),
      annotations: [
        ...parts.filter(({ label }) => label !== "").map(({ x, y, width, height, label, hint }) => ({
          x: x + width / 2,
          y: label === "W" ? y + height / 2 : y + height,
          yanchor: label === "W" ? "middle" as const : "top" as const,
          text: `<b>${label}</b><br>${hint}`,
          showarrow: false,
        })),
        { x: n + gap / 2, y: m / 2, text: "≈", font: { size: 28 }, showarrow: false },
      ],
    },
    `A weight of ${m} × ${n}: its first ${r} columns are B, its first ${r} rows are A, the ${r} × ${r} block where ` +
      `they meet is N; W is approximated by the product B·N·A.`,
  );
}
