import assert from "node:assert/strict";
import { join } from "node:path";
import { NotebookTypes } from "../../../kernels/language/notebook_types.ts";
import { describeProblem } from "../../../kernels/language/problem.ts";
import { splitMagics } from "../../../kernels/magics.ts";

const folder = join(import.meta.dirname!, "..", "..", "..", "notebooks");

for (const { name } of Deno.readDirSync(folder)) {
  if (!name.endsWith(".ipynb")) continue;
  Deno.test(`notebooks/${name}: no cell is warned of its types`, () => {
    const types = new NotebookTypes(folder);
    const { cells } = JSON.parse(Deno.readTextFileSync(join(folder, name)));
    const codes = cells.filter(({ cell_type }: { cell_type: string }) => cell_type === "code")
      .map(({ source }: { source: string | string[] }) => splitMagics([source].flat().join("")).code);
    assert.ok(codes.length > 0);
    for (const [i, code] of codes.entries()) {
      const warnings = types.check(code).filter(({ strict }) => !strict)
        .map((problem) => describeProblem(problem, code));
      assert.deepEqual(warnings, [], `cell ${i + 1}`);
      types.add(code, i + 1);
    }
  });
}
