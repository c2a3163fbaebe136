import assert from "node:assert/strict";
import { join } from "node:path";
import { ImportMap } from "../../../kernels/language/import_map.ts";
import { withFolder } from "../../temporary_folder.ts";

Deno.test("import maps: the longest name that fits wins, and paths go on behind it", () => {
  const map = new ImportMap("/project", { a: "npm:a@1", "a/b": "./b.ts", "dir/": "./dir/" });
  assert.equal(map.target("a"), "npm:a@1");
  assert.equal(map.target("a/b"), "./b.ts");
  assert.equal(map.target("a/c"), "npm:a@1/c");
  assert.equal(map.target("dir/x.ts"), "./dir/x.ts");
  assert.equal(map.target("ab"), null);
});

Deno.test("import maps: that of the nearest deno.json is in effect, comments and all", async () => {
  await withFolder(async (folder) => {
    const inner = join(folder, "one", "two");
    await Deno.mkdir(inner, { recursive: true });
    await Deno.writeTextFile(join(folder, "deno.json"), '{ "imports": { "outer": "./outer.ts" } }');
    assert.deepEqual(ImportMap.nearest(inner)?.names, ["outer"]);
    const config = '{ // a comment\n"imports": { "near": "./near.ts" } }';
    await Deno.writeTextFile(join(folder, "one", "deno.jsonc"), config);
    const nearest = ImportMap.nearest(inner)!;
    assert.deepEqual([nearest.folder, nearest.names], [join(folder, "one"), ["near"]]);
  });
});

Deno.test("import maps: one in a file of its own has its paths from there", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "maps"));
    await Deno.writeTextFile(join(folder, "deno.json"), '{ "importMap": "maps/imports.json" }');
    assert.deepEqual(ImportMap.nearest(folder)!.names, [], "the file is not there yet");
    const imports = { beside: "./beside.ts", "above/": "../above/", a: "npm:a@1" };
    await Deno.writeTextFile(join(folder, "maps", "imports.json"), JSON.stringify({ imports }));
    const map = ImportMap.nearest(folder)!;
    const targets = ["beside", "above/x.ts", "a"].map((name) => map.target(name));
    assert.deepEqual(targets, ["./maps/beside.ts", "./above/x.ts", "npm:a@1"]);
  });
});
