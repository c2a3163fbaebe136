import assert from "node:assert/strict";
import { declarations } from "../../../kernels/language/declarations.ts";
import { Scope } from "../../../kernels/language/scope.ts";

/** A scope of cells, each given as its code and the declarations that a compiler would write for it. */
function scopeOf(...cells: readonly (readonly [code: string, types: string])[]): Scope {
  const scope = new Scope();
  scope.bring("file:///globals.ts", declarations('import * as lib from "lib";'));
  cells.forEach(([code, types], i) => scope.add(declarations(code), types, { cell: i + 1, folder: "/work" }));
  return scope;
}

const modules = (scope: Scope) =>
  [...scope.types.matchAll(/declare module "([^"]+)"/g)].map(([, name]) => name);

Deno.test("scope: a cell's header brings in the names that it mentions and does not declare", () => {
  const scope = scopeOf([
    "const a = 1; let b = 2;",
    "declare const a = 1;\ndeclare let b: number;\nexport { a, b };",
  ]);
  assert.equal(
    scope.header("a + b + c", []),
    'import { a } from "nlora:scope"; declare let b: typeof import("nlora:scope").b;\n',
  );
  assert.equal(
    scope.header("const a = lib.x", declarations("const a = lib.x")),
    'import { lib } from "nlora:scope"; \n',
  );
  assert.match(scope.header("", [], { all: true }), /lib, a/);
});

Deno.test("scope: a name declared anew takes the old one's place", () => {
  const again = ["const a = 1", "declare const a = 1;\nexport { a };"] as const;
  const scope = scopeOf(...Array(100).fill(again));
  assert.deepEqual(modules(scope), ["nlora:scope"]);
  assert.equal(scope.types.split("declare const a").length, 2);
  assert.equal(scope.names.get("a")?.cell, 100);
});

Deno.test("scope: what mentions the old one keeps it, for as long as it is there itself", () => {
  const p = [
    "const p = new P()",
    'import { P } from "nlora:scope";\ndeclare const p: P;\nexport { p };',
  ] as const;
  const first = ["class P {}", "declare class P {\n}\nexport { P };"] as const;
  const scope = scopeOf(first, p, first);
  assert.deepEqual(modules(scope), ["nlora:scope/1", "nlora:scope"]);
  assert.match(scope.types, /export \{ p \} from "nlora:scope\/1"/);
  const rounds = Array(20).fill([first, p]).flat();
  assert.deepEqual(modules(scopeOf(...rounds)), ["nlora:scope/1", "nlora:scope"]); // the first has lib
});

Deno.test("scope: relative imports become URLs", () => {
  const scope = scopeOf(["const a = f()", 'declare const a: import("./b.ts").T;\nexport { a };']);
  assert.match(scope.types, /import\("file:\/\/\/work\/b\.ts"\)\.T/);
});
