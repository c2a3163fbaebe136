import assert from "node:assert/strict";
import { mkdir, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cellImports } from "../../kernels/cell_imports.ts";
import { withFolder } from "../temporary_folder.ts";
import { withCells } from "./running_cells.ts";

const root = join(import.meta.dirname!, "..", "..");

Deno.test("cell imports: in this project its own deno.json is enough", () => {
  assert.equal(cellImports(root), null);
  assert.equal(cellImports(join(root, "notebooks")), null);
});

Deno.test({
  name: "cell imports: a notebook's own project comes first, and the library keeps to its versions",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withFolder(async (folder) => {
      const project = await realpath(folder);
      const imports = {
        mine: "./mine.ts",
        "@/": "./deep/",
        arquero: "./mine.ts",
        rand: "npm:pure-rand@8.4.2",
      };
      await writeFile(
        join(project, "deno.json"),
        `{ // with a comment\n"imports": ${JSON.stringify(imports)} }`,
      );
      await writeFile(join(project, "mine.ts"), "export const mine = 'mine';");
      await mkdir(join(project, "deep", "notebooks"), { recursive: true });
      await writeFile(join(project, "deep", "a.ts"), "export { mine as again } from 'mine';");
      await withCells(join(project, "deep", "notebooks"), async ({ result }) => {
        assert.equal(await result("import { mine } from 'mine'; mine"), '"mine"');
        assert.equal(await result("import { again } from '@/a.ts'; again"), '"mine"');
        assert.equal(await result("Object.keys(await import('arquero')).join()"), '"mine"');
        assert.equal(await result("typeof aq.table"), '"function"');
        assert.equal(
          await result("import { uniformInt } from 'rand/distribution/uniformInt'; typeof uniformInt"),
          '"function"',
        );
        assert.equal(await result("import { pinv } from 'nlora'; pinv === nlora.pinv"), "true");
      });
    }),
});
