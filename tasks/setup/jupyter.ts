import { join } from "node:path";
import { installedSet } from "./installed_set.ts";
import type { Places } from "./places.ts";
import type { Step } from "./step.ts";

const requirements = join(import.meta.dirname!, "requirements.txt");

/** Installs JupyterLab, nbconvert and what they need into the venv. */
export async function jupyter(places: Places): Promise<Step> {
  const set = installedSet(places, "jupyter", {
    args: ["-r", requirements],
    stamp: await Deno.readTextFile(requirements),
  });
  return {
    name: "jupyter",
    needs: ["python"],
    optional: false,
    isDone: set.isDone,
    async run(progress) {
      await set.install(progress);
      return "JupyterLab and nbconvert installed";
    },
  };
}
