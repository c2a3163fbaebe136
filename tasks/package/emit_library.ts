import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";
import { type npmPackages, packagedSpecifier, renameModules } from "./specifiers.ts";

/** Modules that the library starts by their path, so that no import leads to them. */
const programs = ["lib/evaluation/sandbox/warden.ts", "lib/evaluation/sandbox/python_worker.ts"];

/**
 * Writes the modules that `entry` reaches as JavaScript and declarations, at their own places below `out`. The type check
 * is the gate's, not done again here.
 *
 * @returns how many modules there are
 */
export function emitLibrary(
  root: string,
  entry: string,
  packages: ReturnType<typeof npmPackages>,
  out: string,
): number {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: true,
    resolveJsonModule: true,
    strict: true,
    skipLibCheck: true,
    noCheck: true,
    declaration: true,
    rootDir: root,
    outDir: out,
    typeRoots: [nodeTypes(root)],
    types: ["node"],
    paths: Object.fromEntries(
      [...packages].filter(([name, [real]]) => name !== real).map((
        [name, [real]],
      ) => [name, [join(root, "node_modules", real)]]),
    ),
  };
  const program = ts.createProgram([entry, ...programs].map((file) => resolve(root, file)), options);
  const rename = (specifier: string) => packagedSpecifier(specifier, packages);
  let modules = 0;
  program.emit(undefined, (path, text) => {
    if (!/\.(js|d\.ts)$/.test(path)) return;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, renameModules(text, rename));
    if (path.endsWith(".js")) modules += 1;
  });
  return modules;
}

/** The folder that holds the types of Node's modules, which npm packages brought along. */
function nodeTypes(root: string): string {
  const store = join(root, "node_modules", ".deno");
  const folder = readdirSync(store).find((name) => name.startsWith("@types+node@"));
  if (folder === undefined) throw new Error(`${store} holds no types of Node; run \`deno install\``);
  return join(store, folder, "node_modules", "@types");
}
