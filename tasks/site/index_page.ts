import { escapeHtml } from "../../lib/report/escape_html.ts";
import type { NotebookPage } from "./notebook_pages.ts";
import { pageShell } from "./page_shell.ts";

/** The site's first page. */
export function indexPage(notebooks: readonly NotebookPage[], records: number, version: string): string {
  const items = notebooks.map(({ path, title }) => `<li><a href="${path}">${escapeHtml(title)}</a></li>`);
  return pageShell({
    title: "NLoRA lab",
    body: `<h1>NLoRA lab</h1>
<p>Nyström low-rank adaptation of language models, in TypeScript, on GPU tensors: a notebook for each question, the records
behind every figure, and the library's documentation. Version ${escapeHtml(version)}.</p>
<h2>Notebooks</h2>
<ol>${items.join("\n")}</ol>
<h2>Results</h2>
<p><a href="results.html">All ${records} records</a>: filtered, sorted, and their Pareto fronts.</p>
<h2>Library</h2>
<p><a href="api/index.html">The documentation of its public surface</a>.</p>`,
  });
}
