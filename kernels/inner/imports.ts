/** Modules that cells import, by import declarations and by `import()`. */
import { pathToFileURL } from "node:url";

/** The module of that name; paths begin at the working folder. */
export function importModule(
  specifier: string,
  options?: ImportCallOptions,
): Promise<Record<string, unknown>> {
  const path = /^(\.\.?)?\//.test(specifier);
  const url = path ? new URL(specifier, folderUrl()).href : specifier;
  return options ? import(url, options) : import(url);
}

/** The same, checked to have the names that the cell takes from it. */
export async function importNames(
  specifier: string,
  names: readonly string[],
  options?: ImportCallOptions,
): Promise<Record<string, unknown>> {
  const module = await importModule(specifier, options);
  const missing = names.find((name) => !(name in module));
  if (missing === undefined) return module;
  throw new SyntaxError(`${specifier} exports no value ${missing}; for a type write \`import type\``);
}

/** What `import.meta` is in a cell: of a module in the working folder. */
export function importMeta(): object {
  return {
    url: new URL("notebook.ts", folderUrl()).href,
    dirname: Deno.cwd(),
    main: false,
    resolve: (specifier: string) =>
      /^(\.\.?)?\//.test(specifier) ? new URL(specifier, folderUrl()).href : import.meta.resolve(specifier),
  };
}

function folderUrl(): URL {
  return pathToFileURL(`${Deno.cwd()}/`);
}
