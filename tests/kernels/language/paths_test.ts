import assert from "node:assert/strict";
import { join } from "node:path";
import { ImportMap } from "../../../kernels/language/import_map.ts";
import { pathsAfter, specifiersAfter } from "../../../kernels/language/paths.ts";
import { withFolder } from "../../temporary_folder.ts";

async function inFolder(check: (folder: string) => void): Promise<void> {
  await withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "data", "deep"), { recursive: true });
    await Deno.mkdir(join(folder, "node_modules", "@scope", "inner"), { recursive: true });
    await Deno.mkdir(join(folder, "node_modules", "plain"));
    for (const name of ["date.ts", ".hidden", "data/rows.csv"]) {
      await Deno.writeTextFile(join(folder, name), "");
    }
    check(folder);
  });
}

Deno.test("paths: files and folders that begin so; hidden ones when asked for", () =>
  inFolder((folder) => {
    assert.deepEqual(pathsAfter("dat", folder), ["data/", "date.ts"]);
    assert.deepEqual(pathsAfter("./data/", folder), ["./data/deep/", "./data/rows.csv"]);
    assert.deepEqual(pathsAfter(`${folder}/da`, "/"), [`${folder}/data/`, `${folder}/date.ts`]);
    assert.deepEqual(pathsAfter(".h", folder), [".hidden"]);
    assert.deepEqual(pathsAfter("absent/", folder), []);
  }));

Deno.test("paths: imports go on to the map's names, packages at hand, Node's modules and files", () =>
  inFolder((folder) => {
    const maps = [new ImportMap(folder, { place: "./date.ts" })];
    assert.deepEqual(specifiersAfter("pl", folder, maps), ["place"]);
    assert.deepEqual(specifiersAfter("npm:", folder, maps), ["npm:@scope/inner", "npm:plain"]);
    assert.deepEqual(specifiersAfter("node:fs", folder, maps), ["node:fs", "node:fs/promises"]);
    assert.deepEqual(specifiersAfter("./da", folder, maps), ["./data/", "./date.ts"]);
    assert.ok(specifiersAfter("", folder, maps).includes("place"));
  }));
