import assert from "node:assert/strict";
import { join } from "node:path";

interface Cell {
  readonly cell_type: string;
  readonly source: readonly string[];
  readonly outputs?: readonly { readonly output_type: string }[];
}

const folder = join(import.meta.dirname!, "..", "notebooks");
const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".ipynb"));

Deno.test("notebooks are kept with the output of every cell, and none is an error", async () => {
  assert.ok(names.length > 0);
  for (const name of names) {
    const { cells } = JSON.parse(await Deno.readTextFile(join(folder, name))) as { cells: Cell[] };
    for (const { source, outputs } of cells.filter((cell) => cell.cell_type === "code")) {
      assert.ok(outputs!.length > 0, `${name}: no output of\n${source.join("")}`);
      assert.ok(outputs!.every((output) => output.output_type !== "error"), `${name}: ${source.join("")}`);
    }
  }
});

Deno.test("notebooks open with a question and say what differs from the paper", async () => {
  for (const name of names) {
    const { cells } = JSON.parse(await Deno.readTextFile(join(folder, name))) as { cells: Cell[] };
    const head = cells[0]!.source.join("");
    assert.match(head, /^# .*\?$/m, name);
    assert.match(head, /What differs from the paper/, name);
  }
});
