import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { withFolder } from "../temporary_folder.ts";

const root = resolve(import.meta.dirname!, "../..");
const addonPackage = join("@tensorflow", "tfjs-node-gpu");

/** The command line on a machine without a graphics adapter. */
const withoutAdapter = `
  Object.defineProperty(navigator, "gpu", { value: { requestAdapter: () => Promise.resolve(null) } });
  await import("./lib/cli/main.ts");
`;

/** A clone's library as npm alone brings it: no compiled addon, nothing made by set-up. */
async function bareClone(folder: string): Promise<void> {
  await Deno.writeTextFile(join(folder, "main.ts"), withoutAdapter);
  for (const file of ["deno.json", "deno.lock"]) await Deno.copyFile(join(root, file), join(folder, file));
  for (const room of ["lib", "kernels"]) await copyTree(join(root, room), join(folder, room));
  const modules = join(folder, "node_modules");
  await Deno.mkdir(join(modules, addonPackage), { recursive: true });
  for (const parent of ["", "@tensorflow"]) {
    for await (const { name } of Deno.readDir(join(root, "node_modules", parent))) {
      const path = join(parent, name);
      if (path === "@tensorflow" || path === addonPackage) continue;
      await Deno.symlink(join(root, "node_modules", path), join(modules, path));
    }
  }
  const manifest = join(addonPackage, "package.json");
  await Deno.copyFile(join(root, "node_modules", manifest), join(modules, manifest));
}

async function copyTree(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    const copy = isDirectory ? copyTree : Deno.copyFile;
    await copy(join(from, name), join(to, name));
  }
}

async function doctor(folder: string, ...options: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-check", "--cached-only", "--node-modules-dir=manual"],
      ...[join(folder, "main.ts"), "doctor", ...options],
    ],
    cwd: folder,
    env: {
      ...{ NLORA_BACKEND: "", NLORA_HOME: "", NLORA_DATA: "", NO_COLOR: "1" },
      ...{ JUPYTER_DATA_DIR: join(folder, "jupyter"), JUPYTER_PATH: "", VIRTUAL_ENV: "", CONDA_PREFIX: "" },
    },
    signal: AbortSignal.timeout(900_000),
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assert.equal(code, 0, text(stderr));
  return text(stdout);
}

Deno.test({
  name: "doctor on a machine with nothing but npm names wasm, and what would bring the faster backends",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      await bareClone(folder);
      const lines = (await doctor(folder)).split("\n");
      const line = (start: string) => lines.find((line) => line.startsWith(start));
      assert.match(line("backend tensorflow")!, /addon is not built; `deno task setup` builds it.*compiler/);
      assert.match(line("backend webgpu")!, /no graphics adapter was found; install the card's .* driver/);
      assert.match(line("backend wasm")!, /works on CPU/);
      assert.match(line("in use")!, /^in use: wasm/);
      assert.match(line("model ")!, /is not here; `deno task setup` brings it/);
      assert.match(line("kernel")!, /is not here; `deno task setup` brings it/);

      const { chosen, backends } = JSON.parse(await doctor(folder, "--json"));
      assert.equal(chosen.name, "wasm");
      assert.deepEqual(chosen.skipped.map((s: { name: string }) => s.name), ["tensorflow", "webgpu"]);
      assert.deepEqual(backends.map((b: { usable: boolean }) => b.usable), [false, false, true]);
    }),
});
