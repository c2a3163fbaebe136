import { join, relative } from "node:path";
import { exitOnSignals } from "./child.ts";
import { requireReady } from "./require_ready.ts";
import { ownPlaces } from "./setup/places.ts";
import { setUp } from "./setup/set_up.ts";
import { showStep } from "./setup/show.ts";
import { buildSite } from "./site/build_site.ts";

exitOnSignals("run the same command again");
try {
  const places = ownPlaces();
  requireReady(await setUp(places), "kernel");
  const site = join(places.out, "site");
  const shown = showStep("site");
  const { notebooks, records, apiPages } = await buildSite(places, site);
  shown.end(`${notebooks} notebooks, ${records} records, ${apiPages} pages of documentation`);
  console.log(`to open in a browser: ${relative(Deno.cwd(), join(site, "index.html"))}`);
} catch (error) {
  console.error((error as Error).message);
  Deno.exit(1);
}
