import { createRequire } from "node:module";
import { escapeHtml } from "../../lib/report/escape_html.ts";
import { inlineScript } from "../../lib/report/inline_script.ts";
import { pageShell } from "./page_shell.ts";
import type { BrokenFile, ResultRow } from "./result_rows.ts";
import { resultsExplorer } from "./results_explorer.ts";

const style = `
.filters { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin: 1rem 0; }
.filters label { display: grid; font-size: .9rem; color: #444; }
.filters select, .filters input { font: inherit; max-width: 90vw; padding: .2rem; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1rem; }
.pictures > div { min-width: 0; }
.scrolled { overflow-x: auto; }
.scrolled table { border-collapse: collapse; font-size: .9rem; white-space: nowrap; overflow-wrap: normal; }
.scrolled td, .scrolled th { padding: .2rem .6rem; border-bottom: 1px solid #ddd; text-align: left; }
.scrolled .right { text-align: right; font-variant-numeric: tabular-nums; }
.scrolled th button { font: inherit; font-weight: 600; border: 0; background: none; cursor: pointer; padding: 0; color: #00507d; }
th[aria-sort=ascending] button::after { content: " ↑"; }
th[aria-sort=descending] button::after { content: " ↓"; }
`;

const filters = ["experiment", "model", "task", "method", "rank", "status"];

/** The page of all records: one HTML file with its data, Arquero and Plotly inside. */
export async function resultsPage(
  rows: readonly ResultRow[],
  broken: readonly BrokenFile[],
): Promise<string> {
  const choices = filters.map((name) =>
    `<label>${name}<select data-filter="${name}"><option value="">all</option></select></label>`
  );
  const picture = (name: string, title: string) =>
    `<div><h2>${title}</h2><div data-place="${name}" role="img"></div><p class="note" data-place="${name}-words"></p></div>`;
  const body = `<h1>Results: every record</h1>
<p>Each row is one run, as its record tells it; press a heading to sort, a run to read its record. Scores are from 0 to 1, ratings of MT-Bench from 1 to 10
(the metric shows when a score is pointed at) and mean something only beside runs of the same experiment.</p>
<div id="results">
<div class="filters">${choices.join("")}
<label>measure<select data-place="measure"><option value="score">score</option><option value="loss">final loss</option></select></label>
<label>words<input data-place="words" type="search"></label>
</div>
<div class="pictures">${picture("parameters", "Against parameters")}${picture("time", "Against time")}</div>
<p class="note">Large marks, joined by dots, are the Pareto front: no other run of the same experiment, model and task reaches as
much with as little. One run for each setting says nothing of chance; look at the seeds.</p>
<p><button type="button" data-place="back" aria-label="previous rows">‹</button>
<span data-place="count" aria-live="polite"></span>
<button type="button" data-place="next" aria-label="next rows">›</button></p>
<div class="scrolled" tabindex="0" role="region" aria-label="table of runs"><table>
<thead><tr data-place="heads"></tr></thead><tbody data-place="rows"></tbody></table></div>
</div>
${brokenList(broken)}`;
  const scripts = await Promise.all(
    ["arquero/dist/arquero.min.js", "plotly.js-dist-min/plotly.min.js"].map(library),
  );
  const explorer = inlineScript(resultsExplorer, "results", rows);
  return pageShell({ title: "NLoRA lab: results", style, body: [body, ...scripts, explorer].join("\n") });
}

function brokenList(broken: readonly BrokenFile[]): string {
  if (broken.length === 0) return "";
  const items = broken.map(({ file, reason }) =>
    `<li><code>${escapeHtml(file)}</code>: ${escapeHtml(reason)}</li>`
  );
  return `<h2>Damaged records, left out above</h2><ul>${items.join("")}</ul>`;
}

/** A package's script for browsers, inside a script element. */
async function library(path: string): Promise<string> {
  const script = await Deno.readTextFile(createRequire(import.meta.url).resolve(path));
  return `<script>${script.replaceAll("</script", "<\\/script")}</script>`;
}
