import assert from "node:assert/strict";
import { Script } from "node:vm";
import { compileCell } from "../../kernels/compile_cell.ts";

// deno-lint-ignore no-explicit-any
type Helpers = Record<string, any>;

const plain: Helpers = {
  race: (value: unknown) => value,
  each: (items: unknown) => items,
  meta: { url: "file:///notebook.ts" },
};

/** Runs a cell with the names that it declares in the global scope; they are gone after the test. */
async function run(code: string, helpers: Helpers = {}): Promise<{ value: unknown } | undefined> {
  const { script, names } = compileCell(code);
  for (const name of names) {
    if (name in globalThis) continue;
    Object.defineProperty(globalThis, name, { value: undefined, writable: true, configurable: true });
    declared.add(name);
  }
  return await new Script(script, { filename: "cell 1" }).runInThisContext()({ ...plain, ...helpers });
}

const declared = new Set<string>();

function cellTest(name: string, body: () => Promise<void>): void {
  Deno.test(`compile cells: ${name}`, async () => {
    try {
      await body();
    } finally {
      for (const name of declared) delete (globalThis as Helpers)[name];
      declared.clear();
    }
  });
}

cellTest("the last statement's value is given where it is an expression", async () => {
  assert.deepEqual(await run("1 + 1"), { value: 2 });
  assert.deepEqual(await run("const a = 1; a + 1;"), { value: 2 });
  assert.deepEqual(await run("{ a: 1 }"), { value: { a: 1 } });
  for (
    const code of [
      "",
      "const a = 1",
      "function f() {}",
      "class A {}",
      "if (true) { 5 }",
      "import.meta; ;type A = 1; let q",
    ]
  ) {
    assert.equal(await run(code), undefined, code);
  }
});

cellTest("a promise that is not awaited is a value like any other", async () => {
  const pending = (await run("new Promise(() => {})"))!.value;
  assert.ok(pending instanceof Promise);
});

cellTest("const, let, class and function are declared anew, and functions see what is new", async () => {
  await run("const x: number = 1; let y = 'a'; class C { z = 1 } function f() { return x }");
  await run("function g() { return [f(), new C().z, y] }");
  await run("let x = 2; const y = 'b'; class C { z = 3 }");
  assert.deepEqual(await run("g()"), { value: [2, 3, "b"] });
  await run("function f() { return 7 }");
  assert.deepEqual(await run("g()"), { value: [7, 3, "b"] });
  assert.deepEqual(await run("[f.name, C.name, (() => { const h = () => 1; return h.name })()]"), {
    value: ["f", "C", "h"],
  });
});

cellTest("every way to bind names binds them at the top", async () => {
  await run(
    "const { a, b: [c = 5, ...d], ...e } = { a: 1, b: [undefined, 2, 3], f: 4, g: 6 }, [, h] = [7, 8]",
  );
  assert.deepEqual(await run("[a, c, d, e, h]"), { value: [1, 5, [2, 3], { f: 4, g: 6 }, 8] });
  await run(
    "for (var i = 0, j = 5; i < 3; i++) { var k = i } for (var m of [1, 2]); for (var n in { p: 1 });",
  );
  assert.deepEqual(await run("[i, j, k, m, n]"), { value: [3, 5, 2, 2, "p"] });
  await run("enum E { A, B } namespace N { export const q = 1 }");
  assert.deepEqual(await run("[E.B, N.q]"), { value: [1, 1] });
  await run("enum E { B }");
  assert.deepEqual(await run("Object.keys(E)"), { value: ["0", "B"] });
});

cellTest("a function may be called above its declaration", async () => {
  assert.deepEqual(await run("const r = f(); function f() { return 3 }; r"), { value: 3 });
});

cellTest("imports are made at run time, first, and bind what they name", async () => {
  const asked: unknown[] = [];
  const module = { default: 1, b: 2, type: 3 };
  const helpers = {
    importModule: (...args: unknown[]) => (asked.push(args), Promise.resolve(module)),
    importNames: (...args: unknown[]) => (asked.push(args), Promise.resolve(module)),
  };
  await run(
    "const sum = d + c; import d, { b as c } from 'm'; import * as n from './n.ts'; import 's'",
    helpers,
  );
  assert.deepEqual(asked, [["m", ["default", "b"]], ["./n.ts"], ["s"]]);
  assert.deepEqual(await run("[sum, n.b]"), { value: [3, 2] });
  asked.length = 0;
  await run(
    "import type { T } from 't'; import { type U } from 'u'; import j from './j.json' with { type: 'json' }",
    helpers,
  );
  assert.deepEqual(asked, [["u"], ["./j.json", ["default"], { with: { type: "json" } }]]);
  asked.length = 0;
  await run("const late = () => import('l'); await late()", helpers);
  assert.deepEqual(asked, [["l"]]);
});

cellTest("exports are taken for plain declarations", async () => {
  await run("export const a = 1; export function f() { return 2 } export class C {} export { a as b };");
  assert.deepEqual(await run("[a, f(), typeof C]"), { value: [1, 2, "function"] });
  assert.deepEqual(await run("export default 5"), { value: 5 });
});

cellTest("what is used is disposed at the cell's end", async () => {
  await run(
    "const log: string[] = []; using r = { [Symbol.dispose]() { log.push('disposed') } }; log.push('used')",
  );
  assert.deepEqual(await run("log"), { value: ["used", "disposed"] });
});

cellTest("decorators, accessors and private members work", async () => {
  await run(
    "const seen: unknown[] = []; function d(_: unknown, { name }: { name: string | symbol | undefined }) { seen.push(name) } " +
      "@d class K { @d m() {} static accessor n = 1; #p = 2; get p() { return this.#p } }",
  );
  assert.deepEqual(await run("[seen, K.n, new K().p]"), { value: [["m", "K"], 1, 2] });
});

Deno.test("compile cells: waiting is raced outside of functions and nowhere else", () => {
  const raced = (code: string) => compileCell(code).script.match(/__cell\.\w+/g) ?? [];
  assert.deepEqual(raced("const a = await f(1); a"), ["__cell.race"]);
  assert.deepEqual(raced("await (await g()).h()"), ["__cell.race", "__cell.race"]);
  assert.deepEqual(raced("for (;;) { await 0 }"), ["__cell.race"]);
  assert.deepEqual(raced("for await (const x of await y) x;"), ["__cell.each", "__cell.race"]);
  for (
    const code of [
      "async function f() { await g() }",
      "const f = async () => await g();",
      "class A { async m() { await g() } }",
      "async function f() { for await (const x of y) x }",
      '"await x"; // await y',
    ]
  ) assert.deepEqual(raced(code), [], code);
});

Deno.test("compile cells: places in the script lead back to the TypeScript", async () => {
  const { SourceMap } = await import("node:module");
  const { script, map } = compileCell("interface A { b: number }\n\nconst a: A = { b: 1 };\nnope(a)");
  const line = script.split("\n").findIndex((text) => text.includes("nope"));
  const column = script.split("\n")[line]!.indexOf("nope");
  const entry = new SourceMap(JSON.parse(map)).findEntry(line, column) as {
    originalLine: number;
    originalColumn: number;
  };
  assert.deepEqual([entry.originalLine, entry.originalColumn], [3, 0]);
});
