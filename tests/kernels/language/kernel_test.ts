import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { installKernel } from "../../../kernels/install.ts";
import { declarations } from "../../../kernels/language/declarations.ts";
import { homePath } from "../../../lib/models/catalogue.ts";
import { withFolder } from "../../temporary_folder.ts";

const python = homePath("venv", "bin", "python");
const skipped = existsSync(python) ? "" : " (skipped: no Jupyter; `deno task setup` brings it)";
const globals = new URL("../../../kernels/language/globals.ts", import.meta.url);

/** What Jupyter's own client is told; see drive_language.py. */
async function drive(kernels: string, folder: string, names: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command("timeout", {
    args: ["-k", "2", "900", python, join(import.meta.dirname!, "drive_language.py"), folder, ...names],
    env: {
      JUPYTER_PATH: kernels,
      JUPYTER_DATA_DIR: kernels,
      JUPYTER_PREFER_ENV_PATH: "0",
      PYTHONWARNINGS: "ignore",
    },
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test({
  name: `kernel: knows types and values${skipped}`,
  ignore: skipped !== "",
  fn: () =>
    withFolder(async (folder) => {
      installKernel({ dir: join(folder, "kernels") });
      const names = declarations(await Deno.readTextFile(globals)).map(({ name }) => name);
      const seen = await drive(folder, await Deno.realPath(folder), names);
      assert.match(seen.warned, /^TS2322 at line 1, column 7: Type 'string'.*\n.*const wrong.*\n.*\^~~~~\n$/);
      assert.deepEqual(seen.typed.toSorted(), ["x", "y"]);
      assert.ok(seen.alive.includes("apple"));
      assert.deepEqual(seen.alive_name, ["onlyAlive"]);
      assert.equal(seen.alive_no_warning, "");
      assert.match(seen.inspected, /^const point: Point\n\ndeclared: cell 1\nvalue: Point \{ x: 1, y: 2 \}$/);
      assert.match(seen.source, /class Point \{ constructor\(public x/);
      for (const [page] of seen.page) {
        assert.equal(page.source, "page");
        assert.match(page.data["text/plain"], /^const point: Point/);
      }
      assert.match(seen.in_scope[0][1].data["text/plain"], /false/, "a name of globals.ts is not in scope");
      assert.deepEqual(seen.refused, ["error", "TypeErrors", ["error"]]);
      assert.match(seen.ran[0][1].data["text/plain"], /undefined/);
    }),
});
