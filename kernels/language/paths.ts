/** What could follow a path or a module's name that has been begun. */
import { readdirSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, resolve } from "node:path";
import type { ImportMap } from "./import_map.ts";

/** Files and folders, these with a slash at the end, that a path relative to the folder could go on to. */
export function pathsAfter(begun: string, folder: string): string[] {
  const parent = begun.slice(0, begun.lastIndexOf("/") + 1);
  const name = begun.slice(parent.length);
  return entries(resolve(folder, parent))
    .filter((entry) => entry.name.startsWith(name) && (name.startsWith(".") || !entry.name.startsWith(".")))
    .map((entry) => parent + entry.name + (entry.isDirectory() ? "/" : ""))
    .sort();
}

/** Names that an import could go on to: of import maps, of packages at hand, of Node's modules, and relative paths. */
export function specifiersAfter(begun: string, folder: string, maps: readonly ImportMap[]): string[] {
  if (/^\.{0,2}\//.test(begun)) return pathsAfter(begun, folder);
  const packages = maps.flatMap((map) => packagesIn(join(map.folder, "node_modules")));
  const all = [
    ...maps.flatMap(({ names }) => names),
    ...builtinModules.filter((name) => !name.startsWith("_")).map((name) =>
      `node:${name.replace(/^node:/, "")}`
    ),
    ...packages.map((name) => `npm:${name}`),
    "./",
    "../",
  ];
  return [...new Set(all)].filter((name) => name.startsWith(begun));
}

function packagesIn(folder: string): string[] {
  return entries(folder).map(({ name }) => name).filter((name) => !name.startsWith(".")).flatMap((name) =>
    name.startsWith("@") ? entries(join(folder, name)).map((inner) => `${name}/${inner.name}`) : [name]
  );
}

function entries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
