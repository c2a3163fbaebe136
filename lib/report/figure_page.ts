import { escapeHtml } from "./escape_html.ts";
import { jupyterDisplay } from "./jupyter.ts";
import type { Figure } from "./plotly.ts";
import { plotlyScript } from "./plotly_script.ts";

/**
 * A figure as an HTML page of its own (5 MB), which draws without a network.
 *
 * @example
 * ```ts
 * import { bars, figurePage } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const page = figurePage(bars({ SVD: 0.33 }, { title: "Rank 16", axis: "relative error" }), "Rank 16");
 * assert.match(page, /^<!DOCTYPE html>\n<html lang="en">/);
 * ```
 */
export function figurePage(figure: Figure, title: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<script>${plotlyScript()}</script>
</head>
<body>
<main>
${figure[jupyterDisplay]()["text/html"]}
</main>
</body>
</html>
`;
}
