import { join } from "node:path";
import { exitOnSignals } from "./child.ts";
import { findBackends } from "./gate/backends.ts";
import { installChromium } from "./gate/chromium.ts";
import { commandPart, denoTestPart } from "./gate/deno_parts.ts";
import { notebookParts } from "./gate/notebook_parts.ts";
import { type Part, runParts, runSideBySide, sum } from "./gate/part.ts";
import { readmeParts } from "./gate/readme_snippet.ts";
import { installSoftwareVulkan } from "./gate/software_vulkan.ts";
import { ownPlaces, type Places } from "./setup/places.ts";
import { setUp } from "./setup/set_up.ts";

// The seconds that a part may take are guards against what hangs: several times what it takes on a busy machine of two cores.

/** The rooms whose tests run once on each backend. */
const numericRooms = ["tensor", "linalg", "nn", "models", "adapters", "training"];

/** All parts of the gate: those to run one by one before the others, those beside each other, and those after them. */
interface Plan {
  readonly first: readonly Part[];
  readonly sideBySide: readonly (readonly Part[])[];
  readonly last: readonly Part[];
}

async function planOf(places: Places): Promise<Plan> {
  const { root } = places;
  const deno = (name: string, ...args: string[]) => commandPart(name, places, [Deno.execPath(), ...args]);
  const rooms = [...Deno.readDirSync(join(root, "tests"))]
    .filter(({ name, isDirectory }) => isDirectory || name.endsWith("_test.ts"))
    .map(({ name }) => name).sort();
  const paths = (names: readonly string[]) => names.map((name) => join("tests", name));
  const numeric = rooms.filter((name) => numericRooms.includes(name));
  const units = rooms.filter((name) => !numericRooms.includes(name) && !["golden", "kernels"].includes(name));
  const first = [
    deno("format", "fmt", "--check"),
    deno("lint", "lint"),
    deno("types", "check", "lib", "kernels", "tasks", "tests"),
    denoTestPart("examples in doc comments", places, { args: ["--doc", "lib"], seconds: 600 }),
  ];
  const backends = await findBackends(places);
  for (const { name, missing } of backends.filter(({ missing }) => missing !== null)) {
    console.log(`  numeric tests on ${name}: not run, ${missing}`);
  }
  const on = (name: string) =>
    backends.filter((found) => found.name === name && found.missing === null).map(() =>
      denoTestPart(`numeric tests on ${name}`, places, {
        args: ["--no-check", ...paths(numeric)],
        env: { NLORA_BACKEND: name },
        seconds: 1800,
      })
    );
  return {
    first: [...first, ...on("tensorflow")],
    sideBySide: [
      [
        denoTestPart("unit tests", places, { args: ["--no-check", ...paths(units)], seconds: 1500 }),
        ...on("wasm"),
      ],
      on("webgpu"),
    ],
    last: [...kernelParts(places), ...await readmeParts(places), ...notebookParts(places, 600)],
  };
}

/** The kernel's tests: Jupyter's own and those in a browser apart from the others. */
function kernelParts(places: Places): Part[] {
  const folder = join("tests", "kernels");
  const apart = ["jupyter_kernel_test_test.ts", "lab_test.ts"];
  const others = [...Deno.readDirSync(join(places.root, folder))]
    .filter(({ name, isDirectory }) => isDirectory || name.endsWith("_test.ts"))
    .map(({ name }) => name).filter((name) => !apart.includes(name)).sort();
  const part = (name: string, files: readonly string[], seconds: number) =>
    denoTestPart(name, places, { args: ["--no-check", ...files.map((file) => join(folder, file))], seconds });
  return [
    part("kernel", others, 1200),
    part("kernel, by Jupyter's own tests", apart.slice(0, 1), 600),
    part("kernel in JupyterLab, in a browser", apart.slice(1), 900),
  ];
}

exitOnSignals("no verdict");
let failed = 1;
try {
  const places = ownPlaces();
  await installSoftwareVulkan();
  await installChromium();
  await setUp(places);
  const { first, sideBySide, last } = await planOf(places);
  const counts = [await runParts(first), await runSideBySide(sideBySide), await runParts(last)].reduce(sum);
  failed = counts.failed;
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
} catch (error) {
  console.log((error as Error).message);
  console.log("0 passed, 1 failed");
}
Deno.exit(failed === 0 ? 0 : 1);
