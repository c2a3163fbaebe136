import { join } from "node:path";
import { addon } from "./addon.ts";
import { encoder } from "./encoder.ts";
import { jupyter } from "./jupyter.ts";
import { kernel } from "./kernel.ts";
import { model } from "./model.ts";
import { npmPackages } from "./npm_packages.ts";
import type { Places } from "./places.ts";
import { pythonVenv } from "./python.ts";
import { type Report, runSteps } from "./run_steps.ts";
import { tensorflow } from "./tensorflow.ts";

/** Does all of set-up that is not done yet; two set-ups of the same places wait for each other. */
export async function setUp(places: Places): Promise<Report> {
  const started = Date.now();
  const release = await lock(places);
  try {
    await Deno.remove(places.temp, { recursive: true }).catch(() => {});
    const report = await runSteps([
      npmPackages(places),
      pythonVenv(places, Deno.env.get("NLORA_PYTHON")),
      await jupyter(places),
      await tensorflow(places),
      addon(places, Deno.env.get("CXX")),
      model(places),
      encoder(places),
      kernel(places),
    ]);
    const left = report.missing.size > 0 ? `; without ${[...report.missing.keys()].join(", ")}` : "";
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`set-up: ${report.ran === 0 ? "nothing to do" : "ready"} (${seconds} s)${left}`);
    return report;
  } finally {
    await Deno.remove(places.temp, { recursive: true }).catch(() => {});
    release();
  }
}

async function lock({ home }: Places): Promise<() => void> {
  let file: Deno.FsFile;
  try {
    await Deno.mkdir(home, { recursive: true });
    file = await Deno.open(join(home, "setup.lock"), { create: true, write: true });
  } catch (error) {
    throw new Error(
      `cannot write to ${home} (${(error as Error).message}); name another folder by NLORA_HOME`,
    );
  }
  const waiting = setTimeout(() => console.log("another set-up is at work here; waiting for it"), 1000);
  await file.lock(true);
  clearTimeout(waiting);
  return () => file.close();
}
