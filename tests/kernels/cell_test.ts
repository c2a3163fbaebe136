import assert from "node:assert/strict";
import { findSyntaxProblem, importedModules, raceAwaits } from "../../kernels/cell.ts";

Deno.test("cells: whole code has no problem", () => {
  for (
    const code of [
      "",
      "1 + 1",
      "const x: number = 1;",
      "await f()",
      'import { a } from "b"; a',
      "class A { #x = 1 }",
      "{ a: 1, b: 2 }",
    ]
  ) {
    assert.equal(findSyntaxProblem(code), null, code);
  }
});

Deno.test("cells: code that more text could mend is incomplete", () => {
  for (
    const code of ["const z = ", "for (const x of y) {", "f(1,", "`a ${b", "/* open", "class A {", "`open\n"]
  ) {
    assert.equal(findSyntaxProblem(code)?.incomplete, true, code);
  }
});

Deno.test("cells: code that no text can mend is told with its place", () => {
  const problem = findSyntaxProblem("const a = 1;\nlet 1x = 2;");
  assert.deepEqual([problem?.incomplete, problem?.line, problem?.column], [false, 2, 6]);
  for (const code of ["const = 3; 4", "{ a: 1, b: 2 };", "{ a: 1, b: }"]) {
    assert.equal(findSyntaxProblem(code)?.incomplete, false, code);
  }
});

Deno.test("cells: awaits outside of functions race, the others stay", () => {
  const raced = (code: string) => raceAwaits(code, "R");
  assert.equal(raced("const a = await f(1); a"), "const a = await R.race(f(1)); a");
  assert.equal(raced("await (await g()).h()"), "await R.race((await R.race(g())).h())");
  assert.equal(raced("`${await x}`"), "`${await R.race(x)}`");
  assert.equal(raced("await /* await z */ x // await y"), "await /* await z */ R.race(x) // await y");
  assert.equal(raced("f(await x, async () => await y)"), "f(await R.race(x), async () => await y)");
  assert.equal(raced("for (;;) { await 0 }"), "for (;;) { await R.race(0) }");
  assert.equal(raced("for await (const x of y) x;"), "for await (const x of R.each(y)) x;");
  assert.equal(
    raced("for await (const x of await y) x;"),
    "for await (const x of R.each(await R.race(y))) x;",
  );
  for (
    const same of [
      "async function f() { await g() }",
      "const f = async () => await g();",
      "class A { async m() { await g() } }",
      "for (const x of y) x;",
      "async function f() { for await (const x of y) x }",
      "({ async m() { await g() } })",
      '"await x"; // await y',
      "`await ${1}`",
    ]
  ) assert.equal(raced(same), same);
});

Deno.test("cells: the modules that import declarations name", () => {
  const code = 'import a from "npm:a@1"; import * as b from "./b.ts"; import "c"; await import("d");';
  assert.deepEqual(importedModules(code), ["npm:a@1", "./b.ts", "c"]);
});
