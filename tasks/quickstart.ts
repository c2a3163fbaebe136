import { join, relative } from "node:path";
import { formatTable, resultsTable } from "../lib/report/table.ts";
import { exitOnSignals } from "./child.ts";
import { runNotebook } from "./notebook.ts";
import { readRecords } from "../lib/experiments/read_records.ts";
import { requireReady } from "./require_ready.ts";
import { ownPlaces } from "./setup/places.ts";
import { setUp } from "./setup/set_up.ts";
import { showStep } from "./setup/show.ts";

exitOnSignals("run the same command again");
try {
  const places = ownPlaces();
  requireReady(await setUp(places), "kernel", "model");
  const preset = Deno.env.get("NLORA_PRESET") || "laptop";
  const shown = showStep("notebook");
  shown.update(`starting, preset ${preset}`);
  const file = join(places.root, "notebooks", "00_quickstart.ipynb");
  const done = await runNotebook({ file, preset, out: join(places.out, "quickstart") }, shown.update)
    .finally(() => shown.end(`preset ${preset}`));
  console.log(`\n${formatTable(resultsTable(readRecords(join(done.records, "quickstart"))))}\n`);
  console.log(`executed notebook: ${relative(Deno.cwd(), done.ipynb)}`);
  console.log(`as a page, to open in a browser: ${relative(Deno.cwd(), done.html)}`);
} catch (error) {
  console.error((error as Error).message);
  Deno.exit(1);
}
