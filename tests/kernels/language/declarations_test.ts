import assert from "node:assert/strict";
import { declarations } from "../../../kernels/language/declarations.ts";

const names = (code: string) => declarations(code).map(({ name }) => name);

Deno.test("declarations: every kind at the top level, none from within", () => {
  const code = `
    const { a, b: [c, ...d], ...e } = x; let f, g = 1; var h;
    function i() { const no = 1 } async function* j() {} class K { no = 1 }
    interface L { no: 1 } type M = 1; enum N { no } namespace O { export const no = 1 }
    import P, { q, r as s } from "t"; import * as u from "v"; import "w";
    if (x) { const no = 1 } export const y = 2; for (const no of []) no;`;
  assert.deepEqual(names(code), [..."acdefghijKLMNOPqsuy"]);
});

Deno.test("declarations: which can be assigned, which are exported, which have a source", () => {
  const [a, b, f] = declarations("let a = 1; export const b = 2; function f() { return a }");
  assert.deepEqual([a?.assignable, b?.assignable, f?.assignable], [true, false, false]);
  assert.deepEqual([a?.exported, b?.exported], [false, true]);
  assert.deepEqual([a?.source, f?.source], [null, "function f() { return a }"]);
});
