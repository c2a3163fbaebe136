import assert from "node:assert/strict";
import { findSyntaxProblem, indentAfter } from "../../kernels/cell.ts";

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

Deno.test("cells: the line after an unfinished one is as deep, or deeper behind what opens", () => {
  assert.equal(indentAfter("const z ="), "");
  assert.equal(indentAfter("class A {"), "  ");
  assert.equal(indentAfter("class A {\n  m() {\n"), "    ");
  assert.equal(indentAfter("if (a) {\n  f(1,"), "  ");
  assert.equal(indentAfter("f(["), "  ");
  assert.equal(indentAfter(""), "");
});
