import assert from "node:assert/strict";
import { findSyntaxProblem, raceAwaits } from "../../kernels/cell.ts";

Deno.test("cells: whole code has no problem", () => {
  for (
    const code of [
      "",
      "1 + 1",
      "const x: number = 1;",
      "await f()",
      'import { a } from "b"; a',
      "class A { #x = 1 }",
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
  assert.equal(findSyntaxProblem("const = 3; 4")?.incomplete, false);
});

Deno.test("cells: awaits outside of functions race, the others stay", () => {
  const raced = (code: string) => raceAwaits(code, "R");
  assert.equal(raced("const a = await f(1); a"), "const a = await R(f(1)); a");
  assert.equal(raced("await (await g()).h()"), "await R((await R(g())).h())");
  assert.equal(raced("for (;;) { await 0 }"), "for (;;) { await R(0) }");
  for (
    const same of [
      "async function f() { await g() }",
      "const f = async () => await g();",
      "class A { async m() { await g() } }",
      "for await (const x of y) x;",
      '"await x"; // await y',
      "`await ${1}`",
    ]
  ) assert.equal(raced(same), same);
});
