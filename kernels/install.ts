/** Installs, lists and removes kernels where Jupyter looks for them. */
import * as fs from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../lib/usage_error.ts";
import type { KernelJson } from "./specs/spec.ts";
import { findSpec } from "./specs/specs.ts";

/** A kernel that was installed from here. */
export interface InstalledKernel {
  readonly name: string;
  readonly title: string;
  /** Which of the known kernels it is. */
  readonly spec: string;
  /** The kernelspec's folder. */
  readonly path: string;
  /** Why it does not start any more; null where it does. */
  readonly broken: string | null;
}

/** Marks a kernelspec as one of ours; one that is named `nlora` needs no mark. */
interface OwnMetadata {
  readonly metadata: { readonly nlora: { readonly spec: string } };
}

/**
 * Writes a kernelspec below a folder of kernels, such as `<venv>/share/jupyter/kernels`, in the place of one of the same
 * name: aside first, then renamed.
 *
 * @throws {UsageError} If the kernel cannot be had on this machine, if the name is none for Jupyter, or if the name is
 *   taken by a kernel that did not come from here.
 */
export function installKernel(
  { dir, spec = "nlora", name = spec }: { dir: string; spec?: string; name?: string },
): InstalledKernel {
  const found = findSpec(spec);
  if (!/^[\w.-]+$/.test(name)) {
    throw new UsageError(
      `${JSON.stringify(name)} is no name for a kernel; use letters, digits, ".", "-", "_"`,
    );
  }
  const obstacle = found.obstacle();
  if (obstacle !== null) throw new UsageError(`the kernel ${spec} cannot be installed here: ${obstacle}`);
  const path = join(dir, name);
  if (fs.existsSync(path) && readOwn(dir, name) === null) {
    throw new UsageError(`${path} is a kernel from elsewhere; choose another by --name`);
  }
  const json: KernelJson & OwnMetadata = { ...found.prepare(), metadata: { nlora: { spec } } };
  try {
    fs.mkdirSync(dir, { recursive: true });
    const aside = fs.mkdtempSync(join(dirname(dir), ".kernel-"));
    if (found.logo) {
      fs.cpSync(fileURLToPath(new URL("specs/logo", import.meta.url)), aside, { recursive: true });
    }
    fs.writeFileSync(join(aside, "kernel.json"), JSON.stringify(json, null, 2) + "\n");
    fs.chmodSync(aside, 0o755);
    fs.rmSync(path, { recursive: true, force: true });
    fs.renameSync(aside, path);
  } catch (error) {
    throw new UsageError(`cannot write to ${dir} (${(error as Error).message}); choose another place`);
  }
  return readOwn(dir, name)!;
}

/** The kernels in folders of kernels that came from here. */
export function listKernels(folders: readonly string[]): InstalledKernel[] {
  return folders.filter((dir) => fs.existsSync(dir)).flatMap((dir) =>
    fs.readdirSync(dir).sort().map((name) => readOwn(dir, name)).filter((kernel) => kernel !== null)
  );
}

/**
 * Removes a kernel that came from here from a folder of kernels.
 *
 * @throws {UsageError} If there is none of that name.
 */
export function removeKernel({ dir, name }: { dir: string; name: string }): InstalledKernel {
  const own = listKernels([dir]);
  const kernel = own.find((kernel) => kernel.name === name);
  if (!kernel) {
    const there = own.map(({ name }) => name).join(", ") || "none";
    throw new UsageError(`no kernel ${JSON.stringify(name)} of ours is in ${dir}; there is: ${there}`);
  }
  fs.rmSync(kernel.path, { recursive: true });
  return kernel;
}

function readOwn(dir: string, name: string): InstalledKernel | null {
  const path = join(dir, name);
  let json: KernelJson & { metadata?: Partial<OwnMetadata["metadata"]> };
  try {
    json = JSON.parse(fs.readFileSync(join(path, "kernel.json"), "utf8"));
  } catch {
    return null;
  }
  const spec = json.metadata?.nlora?.spec ?? (name === "nlora" ? name : undefined);
  if (spec === undefined) return null;
  const gone = json.argv.find((word) => isAbsolute(word) && !fs.existsSync(word));
  const broken = gone === undefined ? null : `${gone} is gone; install it anew or remove it`;
  return { name, title: json.display_name, spec, path, broken };
}
