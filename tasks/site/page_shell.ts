import { escapeHtml } from "../../lib/report/escape_html.ts";

/** The look of the site's own pages, and of what stands above the others. */
export const siteStyle = `
body { margin: 0; color: #222; background: #fff; font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
.site-top { display: flex; flex-wrap: wrap; gap: 0 1.2rem; padding: .5rem 1rem; background: #f3f5f7; font: 15px/1.8 system-ui, sans-serif; }
.site-top a { color: #00507d; }
.site { max-width: 72rem; margin: 0 auto; padding: 0 1rem 3rem; }
.site h1 { font-size: 1.7rem; line-height: 1.2; }
.site a { color: #00507d; }
.site .note { color: #555; }
`;

const places = [["index.html", "NLoRA lab"], ["results.html", "Results"], ["api/index.html", "API"]] as const;

/** The links above each page; `root` leads from the page to the site's folder, such as `../`. */
export function topLinks(root: string): string {
  const links = places.map(([path, name]) => `<a href="${root}${path}">${name}</a>`);
  return `<nav class="site-top" aria-label="site">${links.join("")}</nav>`;
}

/** A page of the site in its folder: complete HTML that fetches nothing. */
export function pageShell(
  { title, style = "", body }: { readonly title: string; readonly style?: string; readonly body: string },
): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${siteStyle}${style}</style>
</head>
<body>
${topLinks("")}
<main class="site">
${body}
</main>
</body>
</html>
`;
}
