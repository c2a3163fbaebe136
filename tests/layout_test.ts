import assert from "node:assert/strict";
import { join, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname!, "..");
const lib = join(root, "lib");
const kernels = join(root, "kernels");

/** From the top down: a file imports from its own room and from those below it. */
const rooms = [
  ...[
    "mod.ts",
    "cli",
    "notebook",
    "benchmarks",
    "report",
    "experiments",
    "evaluation",
    "training",
    "adapters",
    "models",
    "nn",
    "text",
  ],
  ...["formats", "linalg", "tensor", "usage_error.ts"],
];

function* filesBelow(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* filesBelow(join(folder, name));
    else if (name.endsWith(".ts")) yield join(folder, name);
  }
}

function code(path: string): string {
  return Deno.readTextFileSync(path).replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}

function roomOf(path: string): number {
  const room = relative(lib, path).split(/[/\\]/)[0]!;
  const index = rooms.indexOf(room);
  assert.notEqual(index, -1, `${relative(root, path)} is in no room; known are ${rooms.join(", ")}`);
  return index;
}

function* imports(path: string): Generator<string> {
  const pattern = /\b(?:from|import)\s*\(?\s*"([^"\n]+)"/g;
  for (const [, specifier] of code(path).matchAll(pattern)) yield specifier!;
}

const libFiles = [...filesBelow(lib)];

Deno.test("imports in lib point downwards", () => {
  assert.ok(libFiles.length > 10);
  for (const file of libFiles) {
    for (const specifier of imports(file)) {
      if (!specifier.startsWith(".")) continue;
      const target = resolve(file, "..", specifier);
      const way = `${relative(root, file)} → ${relative(root, target)}`;
      if (target === join(root, "deno.json")) continue; // for the version
      if (reachesKernels(file) && target.startsWith(kernels)) continue; // see below
      assert.ok(target.startsWith(lib), `${way} leaves lib`);
      assert.ok(roomOf(target) >= roomOf(file), `${way} points upwards`);
    }
  }
});

Deno.test("no files of lib import each other in a circle", () => {
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    const circle = path.includes(file) ? [...path.slice(path.indexOf(file)), file] : [];
    assert.deepEqual(circle.map((member) => relative(root, member)), []);
    if (finished.has(file) || !file.startsWith(lib)) return;
    for (const specifier of imports(file)) {
      if (specifier.startsWith(".")) visit(resolve(file, "..", specifier), [...path, file]);
    }
    finished.add(file);
  };
  for (const file of libFiles) visit(file, []);
});

/** Whether a file is of the command line or a benchmark: these install kernels. */
function reachesKernels(file: string): boolean {
  return ["cli", "benchmarks"].some((room) => roomOf(file) === rooms.indexOf(room));
}

/** The files of kernels/ that these import, and all in kernels/ that those import. */
function kernelFilesReached(): Set<string> {
  const found = new Set<string>();
  const visit = (file: string) => {
    for (const specifier of imports(file)) {
      const target = resolve(file, "..", specifier);
      if (!specifier.startsWith(".") || !target.startsWith(kernels) || found.has(target)) continue;
      found.add(target);
      visit(target);
    }
  };
  libFiles.filter(reachesKernels).forEach(visit);
  return found;
}

Deno.test("what the command line and the benchmarks import of the kernels runs everywhere and needs no package", () => {
  const files = kernelFilesReached();
  assert.ok(files.size > 0);
  for (const file of files) {
    assert.doesNotMatch(code(file), /(?<!\.)\bDeno(\?\.|\.|\[)/, relative(root, file));
    for (const specifier of imports(file)) assert.match(specifier, /^(\.|node:)/, relative(root, file));
  }
});

Deno.test("lib imports node: modules and the packages of deno.json alone", () => {
  const known = Object.keys(JSON.parse(Deno.readTextFileSync(join(root, "deno.json"))).imports);
  for (const file of libFiles) {
    for (const specifier of imports(file)) {
      const fine = /^(\.|node:)/.test(specifier) ||
        known.some((name) => name !== "nlora" && (specifier === name || specifier.startsWith(`${name}/`)));
      assert.ok(fine, `${relative(root, file)} imports ${specifier}`);
    }
  }
});

Deno.test("imports of deno.json are pinned npm packages", () => {
  const { imports } = JSON.parse(Deno.readTextFileSync(join(root, "deno.json")));
  for (const [name, target] of Object.entries(imports)) {
    if (name !== "nlora") assert.match(String(target), /^npm:@?[^@]+@\d+\.\d+\.\d+$/);
  }
});

Deno.test("lib uses nothing of Deno's own", () => {
  for (const file of libFiles) {
    assert.doesNotMatch(code(file), /(?<!\.)\bDeno(\?\.|\.|\[)/, relative(root, file));
  }
});

Deno.test("files under version control hold no path of a machine", () => {
  const listed = new Deno.Command("git", { args: ["ls-files", "-z"], cwd: root }).outputSync();
  assert.ok(listed.success, "git ls-files failed");
  const paths = new TextDecoder().decode(listed.stdout).split("\0").filter(Boolean);
  assert.ok(paths.length > 10);
  for (const path of paths) {
    const text = new TextDecoder().decode(Deno.readFileSync(join(root, path)));
    const found = /(?<![\w.:/-])\/(?:work|root|home\/\w+|Users\/\w+|tmp\/\w+)\/[\w.-]+/.exec(text);
    assert.equal(found, null, `${path} names ${found?.[0]}`);
  }
});
