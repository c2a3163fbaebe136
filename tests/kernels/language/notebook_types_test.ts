import assert from "node:assert/strict";
import { join } from "node:path";
import { NotebookTypes } from "../../../kernels/language/notebook_types.ts";
import { withFolder } from "../../temporary_folder.ts";

const root = join(import.meta.dirname!, "..", "..", "..");
/** Made once, since reading the types takes seconds; each test adds cells of its own. */
const types = new NotebookTypes(join(root, "notebooks"));
let cells = 0;

function add(...codes: readonly string[]): void {
  for (const code of codes) types.add(code, ++cells);
}

/** The errors that code without annotations has to heed too, as `TS2322 1:7`. */
function errors(code: string, { strict = false } = {}): string[] {
  return types.check(code).filter((problem) => strict || !problem.strict)
    .map(({ code, line, column }) => `TS${code} ${line}:${column}`);
}

/** What is completed at the mark. */
function complete(text: string): string[] {
  return types.complete(text.replace("▮", ""), text.indexOf("▮")).items.map((item) => item.text);
}

Deno.test("types: errors are told with their place in the cell", () => {
  assert.deepEqual(errors("const x: number = 'a';"), ["TS2322 1:7"]);
  assert.deepEqual(errors("const ok = 1;\n  tf.matMul(1);"), ["TS2554 2:6"]);
  assert.deepEqual(errors("nlora.bars({ a: 'x' }, { title: '', axis: '' })"), ["TS2322 1:14"]);
  assert.deepEqual(errors("console.log(undeclared)"), ["TS2304 1:13"]);
  const [problem] = types.check("undeclared");
  assert.equal(problem?.unknownName, "undeclared");
});

Deno.test("types: what is right in a notebook is no error", () => {
  for (
    const code of [
      "await 1; for await (const x of [1]) x;",
      "const unused = 1; function f(a: number, unused: string) {}",
      "JSON.parse('{}').a.b.c; const g = (x) => x.y; const o = {}; o['k'] = 1; const l = { y: [] }; l.y.push(1);",
      "setTimeout(() => {}, 1); process.cwd(); Buffer.from('a'); Deno.cwd(); structuredClone(1); prompt('x');",
      "import a from 'npm:no-such-package-of-nlora'; import b from 'jsr:@no/such'; a.b; b.c;",
      "import * as fs from 'node:fs/promises'; await fs.readFile('x');",
      "import { parquetRead } from 'hyparquet'; import { Matrix } from 'npm:ml-matrix'; new Matrix(2, 2); parquetRead;",
      "import { adapt } from 'nlora'; adapt;",
      "{ a: 1, b: 2 }",
      "globalThis.later = 1; later + 1",
      "let t: tf.Tensor2D = tf.matMul(tf.eye(2), tf.eye(2)); display(aq.table({ a: [1] }));",
      "const m = new Map([[1, { a: 1 }]]); m.get(1).a;",
    ]
  ) assert.deepEqual(errors(code), [], code);
});

Deno.test("types: null and implicit any are errors of a strict reading only", () => {
  assert.deepEqual(errors("const f = (x) => x;", { strict: true }), ["TS7006 1:12"]);
  assert.deepEqual(errors("new Map([[1, { a: 1 }]]).get(1).a;", { strict: true }), ["TS2532 1:1"]);
});

Deno.test("types: a name that is declared anew is the newest, and what was made of the old one stays", () => {
  add(
    "class P { x = 1 }",
    "const p = new P(); const n = 1;",
    "class P { y = 2 }",
    "const q = new P(); let n = 'text';",
  );
  assert.deepEqual(errors("p.x; q.y; n.length; n = 'other'; class P { z = 3 } new P().z;"), []);
  assert.deepEqual(errors("p.y"), ["TS2339 1:3"]);
  assert.deepEqual(errors("q.x"), ["TS2339 1:3"]);
  assert.deepEqual(errors("n = 5"), ["TS2322 1:1"]);
  assert.deepEqual(errors("p = q"), ["TS2588 1:1"]);
  assert.match(types.check("p = q")[0]!.message, /'p' because it is a constant/);
});

Deno.test("types: functions, types, imports and destructured names of earlier cells are in scope", () => {
  add(
    "import { join as joined } from 'node:path'; import * as os from 'node:os'; enum E { A, B } type T = 'u' | 'v';",
    "const { a, b: [c] } = { a: 1, b: ['s'] }; function twice<T>(value: T): [T, T] { return [value, value] }",
    "const pair = twice(E.A); const data = JSON.parse('{}'); const rows = [];",
  );
  assert.deepEqual(
    errors("joined('a'); os.cpus().length; const t: T = 'u'; a.toFixed(); c.length; rows.push(1);"),
    [],
  );
  assert.deepEqual(errors("const t: T = 'w'; c.toFixed()"), ["TS2322 1:7", "TS2551 1:21"]);
  assert.deepEqual(errors("const both: [E, E] = pair; const not: string = pair;"), ["TS2322 1:34"]);
});

Deno.test("completion: members of values, literals and chains of calls", () => {
  assert.ok(complete("nlora.ada▮").includes("adapt"));
  assert.ok(complete("tf.matM▮").includes("matMul"));
  assert.deepEqual(complete("'text'.toUpperC▮"), ["toUpperCase"]);
  assert.deepEqual(complete("(5).toFi▮"), ["toFixed"]);
  assert.deepEqual(complete("[1, 2].map(String).map((x) => x.toUpperC▮"), ["toUpperCase"]);
  assert.deepEqual(complete("aq.table({ a: [1] }).filt▮"), ["filter"]);
});

Deno.test("completion: names in scope, those of the cell, keywords", () => {
  add("const completedName = { inner: 1 };");
  assert.deepEqual(complete("completedN▮"), ["completedName"]);
  assert.deepEqual(complete("completedName.▮"), ["inner"]);
  assert.ok(complete("const nearby = 1; near▮").includes("nearby"));
  assert.ok(complete("awai▮").includes("await"));
  assert.ok(complete("▮").includes("completedName"));
});

Deno.test("completion: names of options, and the texts that they may be", () => {
  add("declare const model: nlora.Llama;");
  assert.deepEqual(complete("nlora.adapt(model, { met▮"), ["method"]);
  assert.deepEqual(complete("nlora.adapt(model, { met▮ })"), ["method"]);
  const methods = complete("nlora.adapt(model, { method: '▮' })");
  assert.ok(methods.includes("nlora") && methods.includes("inttune"), String(methods));
  assert.deepEqual(complete("nlora.adapt(model, { method: 'nlora', core: '▮' })").sort(), [
    "copy",
    "cur",
    "pinv",
  ]);
  assert.ok(!complete("nlora.adapt(model, { method: 'nlora', ▮ })").includes("method"));
});

Deno.test("completion: imports, and paths within texts", () => {
  assert.deepEqual(complete("import { x } from 'arq▮'"), ["arquero"]);
  assert.deepEqual(complete("import x from 'node:fs/p▮"), ["node:fs/promises"]);
  assert.deepEqual(complete("await import('npm:arq▮')"), ["npm:arquero"]);
  assert.deepEqual(complete("import x from './00▮'"), ["./00_quickstart.ipynb"]);
  assert.deepEqual(complete("await Deno.readTextFile('../REA▮')"), ["../README.md"]);
});

Deno.test("completion: the span in UTF-16 units, kinds and signatures", () => {
  const { start, end, items: [item] } = types.complete("'🙂'; nlora.nystromPic", 21);
  assert.deepEqual([start, end, item?.text, item?.type], [12, 21, "nystromPicture", "function"]);
  assert.match(item!.signature, /^\(.*\) => /);
  const kind = (text: string) => types.complete(text, text.length).items[0]?.type;
  assert.deepEqual(["Deno.cw", "nlora.Llam", "t", "awai"].map(kind).toSpliced(2, 1), [
    "function",
    "class",
    "keyword",
  ]);
});

Deno.test("completion: whether values may know more", () => {
  const open = (text: string) => types.complete(text, text.length).open;
  add("const anything = JSON.parse('{}');");
  assert.deepEqual(["anything.", "undeclaredThi", "nlora.ada", "f('no/such"].map(open), [
    true,
    true,
    false,
    false,
  ]);
});

Deno.test("inspection: signature, doc comment as Markdown, place, source", () => {
  const adapt = types.inspect("nlora.adapt(", 12)!;
  assert.match(adapt.signature, /adapt\(model: .*Adaptable.*\): Promise<.*Adapter>/);
  assert.match(adapt.documentation, /- `onLayer`: told after[^]*\*\*Example\*\*\n\n```ts\nimport/);
  assert.match(adapt.place!, /lib\/adapters\/adapt\.ts:\d+$/);
  assert.match(adapt.source!, /^export async function adapt\(/);
  assert.equal(adapt.path, "nlora.adapt");
  add("/** Adds one. */ function increased(x: number): number { return x + 1 }");
  const own = types.inspect("increased", 4)!;
  assert.equal(own.signature, "function increased(x: number): number");
  assert.equal(own.documentation, "Adds one.");
  assert.equal(own.place, `cell ${cells}`);
  assert.equal(own.source, "function increased(x: number): number { return x + 1 }");
  assert.match(types.inspect("console", 3)!.place!, /^deno\.d\.ts:/);
  assert.match(types.inspect("aq.table", 5)!.place!, /^arquero\//);
});

Deno.test("inspection: of a name without a type only the path is known, of no name nothing", () => {
  assert.deepEqual(types.inspect("undeclared.a", 12), {
    signature: "",
    documentation: "",
    place: null,
    source: null,
    path: "undeclared.a",
  });
  assert.equal(types.inspect("1 + 2", 5), null);
});

Deno.test("a project elsewhere: its import map, its files and this library are known", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "deno.json"), '{ "imports": { "helper": "./helper.ts" } }');
    await Deno.writeTextFile(join(folder, "helper.ts"), "export const answer: number = 42;");
    const elsewhere = new NotebookTypes(folder);
    const code = "import { answer } from 'helper'; import * as h from './helper.ts'; nlora.adapt; tf.add;";
    assert.deepEqual(elsewhere.check(code), []);
    elsewhere.add(code, 1);
    assert.deepEqual(elsewhere.check("answer.toFixed(); h.answer.length;").map((p) => p.code), [2339]);
    assert.deepEqual(elsewhere.complete("import x from 'hel'", 18).items.map(({ text }) => text), ["helper"]);
  }));
