import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { runChild } from "../child.ts";
import type { Places } from "../setup/places.ts";
import { siteStyle, topLinks } from "./page_shell.ts";

/** A notebook's page. */
export interface NotebookPage {
  /** Relative to the site. */
  readonly path: string;
  /** The notebook's first heading: its question. */
  readonly title: string;
}

/** Of nbconvert's pages on a narrow screen: what is too wide is scrolled by itself, and the prompts make room. */
const style = `${siteStyle}
body.jp-Notebook { overflow-x: clip; }
.jp-RenderedHTMLCommon, .jp-OutputArea-output, .jp-RenderedMarkdown { overflow-x: auto; max-width: 100%; }
@media (max-width: 700px) {
  body.jp-Notebook { padding: 0 8px 24px; }
  .jp-InputPrompt, .jp-OutputPrompt, .jp-InputCollapser, .jp-OutputCollapser, .jp-Collapser { display: none !important; }
  .jp-Cell { padding: 4px 0; }
}
`;

/**
 * Writes a page for every notebook of the clone, with the outputs that are kept in it, into `site`/notebooks.
 *
 * @throws {Error} If nbconvert cannot convert one.
 */
export async function writeNotebookPages({ root, python }: Places, site: string): Promise<NotebookPage[]> {
  const folder = join(root, "notebooks");
  const files = (await readdir(folder)).filter((name) => name.endsWith(".ipynb")).sort();
  const pages = files.map((file) => ({ file, path: `notebooks/${basename(file, ".ipynb")}.html` }));
  await Deno.mkdir(join(site, "notebooks"), { recursive: true });
  const job = {
    exporter: join(root, "lib", "notebook"),
    notebooks: pages.map(({ file, path }) => ({ file: join(folder, file), html: join(site, path) })),
    head: `<link rel="icon" href="data:,"><style>${style}</style>`,
    top: topLinks("../"),
    plotly: '<script src="../assets/plotly.min.js"></script>',
  };
  const program = join(import.meta.dirname!, "notebook_pages.py");
  const result = await runChild({
    command: python,
    args: [program, JSON.stringify(job)],
    env: { PYTHONWARNINGS: "ignore" },
    seconds: 300,
  });
  if (result.code !== 0) throw new Error(`the notebooks were not converted:\n${result.output}`);
  return await Promise.all(pages.map(async ({ file, path }) => ({
    path,
    title: titleOf(await Deno.readTextFile(join(folder, file))) ?? basename(file, ".ipynb"),
  })));
}

/** The first heading of a notebook. */
function titleOf(text: string): string | undefined {
  const { cells } = JSON.parse(text) as { cells: { cell_type: string; source: string | string[] }[] };
  const words = cells.filter((cell) => cell.cell_type === "markdown").map((cell) =>
    [cell.source].flat().join("")
  );
  return /^#\s+(.+)$/m.exec(words.join("\n"))?.[1];
}
