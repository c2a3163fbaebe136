import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { zipSync } from "fflate";

/** A folder as Ray takes it for `working_dir`. */
export interface RayPackage {
  /** From its content: equal folders have equal names. */
  readonly name: string;
  readonly zip: Uint8Array<ArrayBuffer>;
}

/**
 * Packs files and folders below a root; the same content gives the same bytes.
 *
 * @param paths from the root
 */
export function packageFolder(root: string, paths: readonly string[]): RayPackage {
  const files: { [name: string]: Uint8Array } = {};
  for (const path of paths.flatMap((path) => filesOf(join(root, path))).sort()) {
    files[relative(root, path).split(sep).join("/")] = readFileSync(path);
  }
  const zip = zipSync(files, { level: 6, mtime: new Date(1980, 0, 2) }) as Uint8Array<ArrayBuffer>;
  return { name: `_ray_pkg_${createHash("sha256").update(zip).digest("hex").slice(0, 32)}.zip`, zip };
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
