import { join } from "node:path";
import { exitOnSignals } from "./child.ts";
import { findBackends } from "./gate/backends.ts";
import { commandPart, denoTestPart } from "./gate/deno_parts.ts";
import { notebookParts } from "./gate/notebook_parts.ts";
import { type Part, runParts } from "./gate/part.ts";
import { readmeParts } from "./gate/readme_snippet.ts";
import { installSoftwareVulkan } from "./gate/software_vulkan.ts";
import { ownPlaces, type Places } from "./setup/places.ts";
import { setUp } from "./setup/set_up.ts";

/** The rooms whose tests run once on each backend. */
const numericRooms = ["tensor", "linalg", "nn", "models", "adapters", "training"];

async function partsOf(places: Places): Promise<Part[]> {
  const { root } = places;
  const deno = (name: string, ...args: string[]) => commandPart(name, places, [Deno.execPath(), ...args]);
  const rooms = [...Deno.readDirSync(join(root, "tests"))]
    .filter(({ name, isDirectory }) => isDirectory || name.endsWith("_test.ts"))
    .map(({ name }) => name).sort();
  const paths = (names: readonly string[]) => names.map((name) => join("tests", name));
  const numeric = rooms.filter((name) => numericRooms.includes(name));
  const units = rooms.filter((name) => !numericRooms.includes(name) && !["golden", "kernels"].includes(name));
  const parts = [
    deno("format", "fmt", "--check"),
    deno("lint", "lint"),
    deno("types", "check", "lib", "kernels", "tasks", "tests"),
    denoTestPart("examples in doc comments", places, { args: ["--doc", "lib"], seconds: 240 }),
    denoTestPart("unit tests", places, { args: ["--no-check", ...paths(units)], seconds: 300 }),
  ];
  for (const { name, missing } of await findBackends(places)) {
    if (missing !== null) console.log(`  numeric tests on ${name}: not run, ${missing}`);
    else {
      parts.push(denoTestPart(`numeric tests on ${name}`, places, {
        args: ["--no-check", ...paths(numeric)],
        env: { NLORA_BACKEND: name },
        seconds: 600,
      }));
    }
  }
  parts.push(
    denoTestPart("kernel", places, { args: ["--no-check", join("tests", "kernels")], seconds: 240 }),
    ...await readmeParts(places),
    ...notebookParts(places, 300),
  );
  return parts;
}

exitOnSignals("no verdict");
let failed = 1;
try {
  const places = ownPlaces();
  await installSoftwareVulkan();
  await setUp(places);
  const counts = await runParts(await partsOf(places));
  failed = counts.failed;
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
} catch (error) {
  console.log((error as Error).message);
  console.log("0 passed, 1 failed");
}
Deno.exit(failed === 0 ? 0 : 1);
