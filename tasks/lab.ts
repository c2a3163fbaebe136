import { join } from "node:path";
import { requireReady } from "./require_ready.ts";
import { ownPlaces } from "./setup/places.ts";
import { setUp } from "./setup/set_up.ts";

const places = ownPlaces();
try {
  requireReady(await setUp(places), "kernel");
} catch (error) {
  console.error((error as Error).message);
  Deno.exit(1);
}
// Ctrl-C is JupyterLab's: it asks before it ends.
Deno.addSignalListener("SIGINT", () => {});
const asRoot = Deno.build.os !== "windows" && Deno.uid() === 0 ? ["--allow-root"] : [];
const lab = new Deno.Command(places.python, {
  args: [
    "-m",
    "jupyterlab",
    `--ServerApp.root_dir=${places.root}`,
    join(places.root, "notebooks"),
    ...asRoot,
    ...Deno.args,
  ],
  env: { JUPYTER_PREFER_ENV_PATH: "1", NLORA_HOME: places.home },
}).spawn();
Deno.exit((await lab.status).code);
