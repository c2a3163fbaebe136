/** What names of modules mean in cells: first what the notebook's own project says, then what this one does. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ImportMap } from "./language/import_map.ts";

/** An import map, as the web has it. */
export interface WebImportMap {
  readonly imports: Readonly<Record<string, string>>;
  readonly scopes: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const root = join(import.meta.dirname!, "..");

/**
 * The import map of a process for cells, or null where the nearest deno.json is this project's, or none. The library's own files keep
 * to its versions; the module that imports for cells prefers those of the notebook's project.
 */
export function cellImports(cwd: string): WebImportMap | null {
  const nearest = ImportMap.nearest(cwd);
  if (!nearest || nearest.folder === root) return null;
  const imports = webImports(nearest);
  const url = pathToFileURL(`${root}/`).href;
  return {
    imports,
    scopes: { [url]: webImports(ImportMap.nearest(root)!), [`${url}kernels/inner/imports.ts`]: imports },
  };
}

/** A deno.json's imports with absolute addresses, and with names for the files of packages, which Deno adds by itself there. */
function webImports({ folder, entries }: ImportMap): Record<string, string> {
  const base = pathToFileURL(`${folder}/`);
  return Object.fromEntries(entries.flatMap(([name, target]) => {
    const address = /^\.{0,2}\//.test(target) ? new URL(target, base).href : target;
    const files = /^(npm|jsr):/.test(target) && !name.endsWith("/")
      ? [[`${name}/`, `${target.replace(/^(npm|jsr):\/?/, "$1:/")}/`]]
      : [];
    return [...files, [name, address]];
  }));
}
