import { cp } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Places } from "../setup/places.ts";
import { writeApiPages } from "./api_pages.ts";
import { indexPage } from "./index_page.ts";
import { writeNotebookPages } from "./notebook_pages.ts";
import { resultRows } from "./result_rows.ts";
import { resultsPage } from "./results_page.ts";

/** What the site holds. */
export interface BuiltSite {
  readonly notebooks: number;
  readonly records: number;
  readonly apiPages: number;
}

/**
 * Writes the site into `site`, a folder that is made anew: notebooks with the outputs kept in them, results, documentation. It
 * needs Jupyter's converter, which set-up brings.
 *
 * @throws {Error} If a part of it cannot be made.
 */
export async function buildSite(places: Places, site: string): Promise<BuiltSite> {
  await Deno.remove(site, { recursive: true }).catch(() => {});
  await Deno.mkdir(join(site, "assets"), { recursive: true });
  const { root } = places;
  const plotly = createRequire(import.meta.url).resolve("plotly.js-dist-min/plotly.min.js");
  await Deno.copyFile(plotly, join(site, "assets", "plotly.min.js"));
  const notebooks = await writeNotebookPages(places, site);
  const apiPages = await writeApiPages(root, site);
  const records = join(root, "data", "records");
  await cp(records, join(site, "records"), { recursive: true });
  const { rows, broken } = resultRows(records);
  await Deno.writeTextFile(join(site, "results.html"), await resultsPage(rows, broken));
  const { version } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  await Deno.writeTextFile(join(site, "index.html"), indexPage(notebooks, rows.length, version));
  return { notebooks: notebooks.length, records: rows.length, apiPages };
}
