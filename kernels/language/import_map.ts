/** The names that a project's deno.json gives to modules. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

const configNames = ["deno.json", "deno.jsonc"];

/** The `imports` of one deno.json. */
export class ImportMap {
  /** The folder of the deno.json, where its relative paths begin and its node_modules lies. */
  readonly folder: string;
  readonly #imports: Readonly<Record<string, string>>;

  constructor(folder: string, imports: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#imports = imports;
  }

  /** That of the nearest deno.json in the folder or above it, or null. */
  static nearest(folder: string): ImportMap | null {
    const file = configNames.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (file) return new ImportMap(folder, importsOf(file));
    const parent = dirname(folder);
    return parent === folder ? null : ImportMap.nearest(parent);
  }

  /** The names and what the map puts in their places, as they are written. */
  get entries(): [name: string, target: string][] {
    return Object.entries(this.#imports);
  }

  /** The names that can be imported. */
  get names(): string[] {
    return Object.keys(this.#imports);
  }

  /** What the map puts in a specifier's place, or null: the longest name that fits wins. */
  target(specifier: string): string | null {
    const fits = (name: string) =>
      specifier === name || specifier.startsWith(name.endsWith("/") ? name : `${name}/`);
    const [name] = this.names.filter(fits).sort((a, b) => b.length - a.length);
    return name === undefined ? null : this.#imports[name] + specifier.slice(name.length);
  }
}

/** The names in a deno.json, or in the file that it names by `importMap`. */
function importsOf(file: string): Record<string, string> {
  const { imports, importMap } = readJson(file);
  if (imports || typeof importMap !== "string") return imports ?? {};
  const entries = Object.entries(readJson(join(dirname(file), importMap)).imports ?? {});
  const moved = entries.map(([name, target]) => [
    name,
    /^\.{1,2}\//.test(target) ? `./${join(dirname(importMap), target)}` : target,
  ]);
  return Object.fromEntries(moved);
}

/** Empty where there is no such file. */
function readJson(file: string): { imports?: Record<string, string>; importMap?: unknown } {
  if (!existsSync(file)) return {};
  return ts.parseConfigFileTextToJson(file, readFileSync(file, "utf8")).config ?? {};
}
