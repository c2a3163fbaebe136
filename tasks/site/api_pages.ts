import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { runChild } from "../child.ts";
import { topLinks } from "./page_shell.ts";

/** Of `deno doc`'s pages on a narrow screen. */
const style = `
.site-top { display: flex; flex-wrap: wrap; gap: 0 1.2rem; padding: .5rem 1rem; background: #f3f5f7; font: 15px/1.8 system-ui, sans-serif; }
.site-top a { color: #00507d; text-decoration: underline; }
@media (max-width: 700px) {
  .ddoc { overflow-x: clip; overflow-wrap: break-word; }
  .ddoc pre, .ddoc table { overflow-x: auto; max-width: calc(100vw - 2rem); }
  .ddoc #topnav { height: auto; }
  .ddoc #topnav > div { flex-wrap: wrap; gap: .5rem; }
  .ddoc .breadcrumbs { word-break: normal; }
}
`;

/**
 * Writes the documentation of the library's public surface into `site`/api. TensorFlow.js itself, which the library hands on as
 * `tf`, is left out, being documented by its makers.
 *
 * @returns how many pages there are
 * @throws {Error} If `deno doc` fails.
 */
export async function writeApiPages(root: string, site: string): Promise<number> {
  const out = join(site, "api");
  const surface = await Deno.readTextFile(join(root, "lib", "mod.ts"));
  const lib = pathToFileURL(resolve(root, "lib")).href;
  const entry = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const own = surface.replace(/^export \* as tf .*$/m, "").replaceAll('from "./', `from "${lib}/`);
    await Deno.writeTextFile(entry, own);
    const args = ["doc", "--html", "--quiet", "--name=nlora", `--output=${out}`, entry];
    const result = await runChild({
      command: Deno.execPath(),
      args,
      cwd: root,
      env: { NO_COLOR: "1" },
      seconds: 300,
    });
    if (result.code !== 0) throw new Error(`the documentation was not written:\n${result.output}`);
  } finally {
    await Deno.remove(entry);
  }
  let pages = 0;
  const visit = async (folder: string, up: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const path = join(folder, name);
      if (isDirectory) await visit(path, `../${up}`);
      else if (name.endsWith(".html")) {
        const html = await Deno.readTextFile(path);
        const head = `<link rel="icon" href="data:,"><style>${style}</style></head>`;
        await Deno.writeTextFile(
          path,
          html.replace("</head>", () => head).replace(/<body[^>]*>/, (body) => body + topLinks(up)),
        );
        pages += 1;
      }
    }
  };
  await visit(out, "../");
  return pages;
}
