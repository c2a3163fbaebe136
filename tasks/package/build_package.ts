import { cp } from "node:fs/promises";
import { join } from "node:path";
import { runChild } from "../child.ts";
import { emitLibrary } from "./emit_library.ts";
import { packageManifest } from "./manifest.ts";
import { npmPackages } from "./specifiers.ts";

/** What the package holds beside the library's modules. */
const beside = ["data", "README.md", "CHANGELOG.md", "CITATION.cff", "LICENSE"];

/** What was built. */
export interface BuiltPackage {
  /** The packed file. */
  readonly file: string;
  readonly version: string;
  /** How many modules of the library are in it. */
  readonly modules: number;
}

/**
 * Builds the library's npm package in `out`/package and packs it: ESM, declarations, and the data that it reads.
 *
 * @throws {Error} If npm does not pack it, or the type of something exported is not written out.
 */
export async function buildPackage(root: string, out: string): Promise<BuiltPackage> {
  const folder = join(out, "package");
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  const project = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  const packages = npmPackages(project.imports);
  const modules = emitLibrary(root, join("lib", "mod.ts"), packages, folder);
  await Deno.writeTextFile(
    join(folder, "package.json"),
    `${JSON.stringify(packageManifest(project, packages), null, 2)}\n`,
  );
  for (const name of beside) await cp(join(root, name), join(folder, name), { recursive: true });
  const packed = await runChild({
    command: "npm",
    args: ["pack", "--silent", "--pack-destination", out],
    cwd: folder,
    seconds: 300,
  });
  if (packed.code !== 0) throw new Error(`npm did not pack ${folder}:\n${packed.output}`);
  return { file: join(out, packed.output.trim().split("\n").at(-1)!), version: project.version, modules };
}
