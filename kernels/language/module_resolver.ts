/** Finds the file with the types of what a module imports, as Deno would find the module. */
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import type { ImportMap } from "./import_map.ts";

/** Packages with many types, none of which the library shows to a cell. */
const unseen = /^@tensorflow\/tfjs-(backend|node)/;
const packageSpecifier = /^npm:\/?((?:@[^/@]+\/)?[^/@]+)(?:@[^/]*)?(\/.*)?$/;

/** Resolves specifiers by import maps, the first that knows a name first, and by the node_modules beside them. */
export class ModuleResolver {
  readonly cache: ts.ModuleResolutionCache;
  readonly #maps: readonly ImportMap[];
  readonly #options: ts.CompilerOptions;
  readonly #host: ts.ModuleResolutionHost;

  constructor(maps: readonly ImportMap[], options: ts.CompilerOptions, host: ts.ModuleResolutionHost) {
    this.#maps = maps;
    this.#options = options;
    this.#host = host;
    this.cache = ts.createModuleResolutionCache(maps[0]!.folder, (name) => name, options);
  }

  /** The file that a specifier in a file means; undefined where there is none with types. */
  resolve(specifier: string, from: string): ts.ResolvedModuleFull | undefined {
    if (specifier.startsWith("node:") || specifier.startsWith("nlora:")) return undefined;
    if (specifier.startsWith("file:")) return this.#file(fileURLToPath(specifier));
    if (specifier.startsWith("npm:")) return this.#package(specifier);
    if (specifier.startsWith(".") || isAbsolute(specifier) || from.includes("/node_modules/")) {
      return this.#lookUp(specifier, from);
    }
    for (const map of this.#maps) {
      const target = map.target(specifier);
      if (target === null) continue;
      return target.startsWith("npm:") ? this.#package(target) : this.#file(join(map.folder, target));
    }
    return this.#package(`npm:${specifier}`);
  }

  #package(specifier: string): ts.ResolvedModuleFull | undefined {
    const [, name, path = ""] = packageSpecifier.exec(specifier) ?? [];
    if (name === undefined || unseen.test(name)) return undefined;
    for (const { folder } of this.#maps) {
      for (const place of [folder, join(folder, "node_modules", ".deno")]) {
        const found = this.#lookUp(name + path, join(place, "from.ts"));
        if (found) return found;
      }
    }
    return undefined;
  }

  #file(path: string): ts.ResolvedModuleFull | undefined {
    return this.#lookUp(path, join(dirname(path), "from.ts"));
  }

  #lookUp(specifier: string, from: string): ts.ResolvedModuleFull | undefined {
    return ts.resolveModuleName(specifier, from, this.#options, this.#host, this.cache).resolvedModule;
  }
}
