import assert from "node:assert/strict";
import { nameAt, stringAround } from "../../../kernels/language/cell_syntax.ts";

/** The code without its mark, and the place of the mark. */
function marked(text: string): [code: string, cursor: number] {
  return [text.replace("▮", ""), text.indexOf("▮")];
}

Deno.test("strings: the one around the cursor, also where it is not ended", () => {
  const around = (text: string) => {
    const [code, cursor] = marked(text);
    const found = stringAround(code, cursor);
    return found && [code.slice(found.start, found.end), found.isSpecifier];
  };
  assert.deepEqual(around("f('a▮b')"), ["ab", false]);
  assert.deepEqual(around("import x from './▮"), ["./", true]);
  assert.deepEqual(around("import x from '▮"), ["", true]);
  assert.deepEqual(around('await import("▮")'), ["", true]);
  assert.deepEqual(around("f(`a▮`)"), ["a", false]);
  for (const outside of ["f(▮'a')", "f('a'▮)", "f(a▮)", "// 'a▮'"]) {
    assert.equal(around(outside), null, outside);
  }
});

Deno.test("names: the one at the cursor, else that of the function that is called around it", () => {
  const path = (text: string) => nameAt(...marked(text))?.path;
  assert.equal(path("a.b.c▮"), "a.b.c");
  assert.equal(path("a.b▮b.c"), "a.bb");
  assert.equal(path("▮f(1)"), "f");
  assert.equal(path("a.f(1, ▮"), "a.f");
  assert.equal(path("a.f(g(1), ▮)"), "a.f");
  assert.equal(path("a.f(g(▮"), "g");
  assert.equal(path("new K(▮)"), "K");
  assert.equal(path("a[0].b▮"), null);
  assert.equal(path("1 + ▮2"), undefined);
});
