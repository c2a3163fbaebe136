import type { Config, Data, Layout } from "plotly.js";
import { escapeHtml } from "./escape_html.ts";
import { scriptJson } from "./inline_script.ts";
import { type Displayable, jupyterDisplay, type MediaBundle } from "./jupyter.ts";
import { outputId } from "./output_id.ts";

/** The version of plotly.js that figures load where the page does not have it. */
export const PLOTLY_VERSION = "4.1.2";

/** A Plotly figure that draws itself as the result of a notebook cell. */
export interface Figure extends Displayable {
  [jupyterDisplay](): MediaBundle;
  readonly data: readonly Data[];
  readonly layout: Partial<Layout>;
  /** What the picture shows, in words. */
  readonly alternative: string;
}

const CONFIG: Partial<Config> = { responsive: true, displaylogo: false };
const DEFAULT_HEIGHT = 440;

/**
 * Makes a Plotly figure. In a notebook it is stored both as Plotly's own media type and as HTML with a short script,
 * which draws with the page's Plotly or else loads it; until then, and without it, the words are shown.
 *
 * @param data traces, as in Plotly's documentation
 * @param layout what differs from the project's own look
 * @param alternative the words for those who do not see the picture
 *
 * @example
 * ```ts
 * import { figure } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const line = figure([{ type: "scatter", x: [1, 2], y: [3, 4] }], { title: { text: "A line" } }, "A line rises from 3 to 4.");
 * assert.equal(line.layout.height, 440);
 * ```
 */
export function figure(data: readonly Data[], layout: Partial<Layout>, alternative: string): Figure {
  const complete: Partial<Layout> = {
    height: DEFAULT_HEIGHT,
    font: { family: "system-ui, sans-serif", size: 13, color: "#222222" },
    paper_bgcolor: "#ffffff",
    plot_bgcolor: "#ffffff",
    margin: { l: 70, r: 20, t: 60, b: 60 },
    ...layout,
  };
  return {
    data,
    layout: complete,
    alternative,
    [jupyterDisplay]: () => mediaBundle(data, complete, alternative),
  };
}

function mediaBundle(data: readonly Data[], layout: Partial<Layout>, alternative: string): MediaBundle {
  return {
    "application/vnd.plotly.v1+json": { data, layout, config: CONFIG },
    "text/html": html(data, layout, alternative),
    "text/plain": alternative,
  };
}

function html(data: readonly Data[], layout: Partial<Layout>, alternative: string): string {
  const content = scriptJson([data, layout, CONFIG]);
  const id = outputId("figure", content);
  const words = escapeHtml(alternative);
  return `<div id="${id}" role="img" aria-label="${words}" style="min-height:${layout.height}px">${words}</div>
<script>
(() => {
  const draw = () => {
    const place = document.getElementById("${id}");
    place.textContent = "";
    window.Plotly.newPlot(place, ...${content});
  };
  if (window.Plotly) return draw();
  window.nloraPlotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "https://cdn.plot.ly/plotly-${PLOTLY_VERSION}.min.js";
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  window.nloraPlotly.then(draw, () => {});
})();
</script>`;
}
