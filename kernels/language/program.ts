/** TypeScript's language service over one cell, the scope before it, and all that they import. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { ImportMap } from "./import_map.ts";
import { ModuleResolver } from "./module_resolver.ts";

/** The project of this kernel, whose packages every cell may import. */
const home = fileURLToPath(new URL("../..", import.meta.url));

const tensorTypes = "/@tensorflow/tfjs-core/dist/tensor.d.ts";

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.esnext.d.ts"],
  types: [],
  strict: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  emitDeclarationOnly: true,
};

/** A file that exists in memory only. */
interface MemoryFile {
  readonly version: number;
  readonly snapshot: ts.IScriptSnapshot;
}

/** The program of one notebook. Files of the disk are read once, as the modules that run are. */
export class Program {
  /** Where the text of the cell is. */
  readonly cellFile: string;
  readonly service: ts.LanguageService;
  /** The import maps in effect, the nearest first. */
  readonly importMaps: readonly ImportMap[];
  readonly #scopeFile: string;
  readonly #memory = new Map<string, MemoryFile>();
  readonly #disk = new Map<string, ts.IScriptSnapshot>();

  /** @param folder where relative imports of the cell begin */
  constructor(folder: string) {
    this.cellFile = join(folder, ".nlora-cell.ts");
    this.#scopeFile = join(folder, ".nlora-scope.d.ts");
    const own = ImportMap.nearest(home)!;
    this.importMaps = [ImportMap.nearest(folder) ?? own, own];
    const resolver = new ModuleResolver(this.importMaps, options, ts.sys);
    const denoFile = join(home, "node_modules", "deno.d.ts");
    const nodeTypes = resolver.resolve("npm:@types/node", denoFile)?.resolvedFileName;
    const roots = [denoFile, ...(nodeTypes ? [nodeTypes] : []), this.#scopeFile, this.cellFile];
    this.#write(denoFile, denoTypes());
    this.setScope("");
    this.setCell("");
    const host: ts.LanguageServiceHost & { getModuleResolutionCache(): ts.ModuleResolutionCache } = {
      getCompilationSettings: () => options,
      getCurrentDirectory: () => folder,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      getScriptFileNames: () => roots,
      getScriptVersion: (path) => String(this.#memory.get(path)?.version ?? 0),
      getScriptSnapshot: (path) => this.#memory.get(path)?.snapshot ?? this.#read(path),
      useCaseSensitiveFileNames: () => true,
      fileExists: (path) => this.#memory.has(path) || ts.sys.fileExists(path),
      readFile: ts.sys.readFile,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      realpath: ts.sys.realpath,
      getModuleResolutionCache: () => resolver.cache,
      resolveModuleNameLiterals: (literals, from) =>
        literals.map(({ text }) => ({ resolvedModule: resolver.resolve(text, from) })),
    };
    this.service = ts.createLanguageService(host, ts.createDocumentRegistry(true, folder));
  }

  /** Replaces the text of the cell. */
  setCell(text: string): void {
    this.#write(this.cellFile, text);
  }

  /** Replaces the declarations of the scope. */
  setScope(types: string): void {
    this.#write(this.#scopeFile, types);
  }

  #write(path: string, text: string): void {
    const old = this.#memory.get(path);
    if (old && old.snapshot.getText(0, old.snapshot.getLength()) === text) return;
    const snapshot = ts.ScriptSnapshot.fromString(text);
    this.#memory.set(path, { version: (old?.version ?? 0) + 1, snapshot });
  }

  #read(path: string): ts.IScriptSnapshot | undefined {
    const known = this.#disk.get(path);
    const text = known ? undefined : ts.sys.readFile(path);
    if (text === undefined) return known;
    const snapshot = ts.ScriptSnapshot.fromString(path.endsWith(tensorTypes) ? withOpenRanks(text) : text);
    this.#disk.set(path, snapshot);
    return snapshot;
  }
}

/**
 * TensorFlow.js gives most results the type of a tensor of whatever rank, which no function of matrices takes; here such
 * a tensor may be taken for one of any rank.
 */
function withOpenRanks(types: string): string {
  return types.replace("class Tensor<R extends Rank = Rank>", "class Tensor<R extends Rank = any>");
}

/** The types of Deno's own names. */
function denoTypes(): string {
  const { stdout } = new Deno.Command(Deno.execPath(), { args: ["types"], stderr: "null" }).outputSync();
  return new TextDecoder().decode(stdout);
}
