import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { typeScriptBlocks } from "../tasks/gate/with_solutions.ts";

interface Cell {
  readonly cell_type: string;
  readonly source: readonly string[];
  readonly outputs?: readonly { readonly output_type: string }[];
}

const folder = join(import.meta.dirname!, "..", "notebooks");
const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".ipynb"));
const solved = join(folder, "solutions");
const solutions = existsSync(solved) ? [...Deno.readDirSync(solved)].map(({ name }) => name) : [];

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

Deno.test("solutions: one for each exercise of its notebook, with code that checks what it says", async () => {
  for (const name of solutions) {
    const text = await Deno.readTextFile(join(solved, name));
    const { cells } = JSON.parse(await Deno.readTextFile(join(folder, `${basename(name, ".md")}.ipynb`))) as {
      cells: Cell[];
    };
    const exercises = cells.at(-1)!.source.join("");
    assert.match(exercises, /^## Exercises$/m, name);
    assert.match(
      exercises,
      new RegExp(`solutions/${name}`),
      `${name}: the notebook does not say where the solutions are`,
    );
    const numbers = [...exercises.matchAll(/^(\d+)\. /gm)].map(([, number]) => number);
    const parts = text.split(/^## /m).slice(1);
    assert.deepEqual(parts.map((part) => /^\d+/.exec(part)?.[0]), numbers, name);
    for (const part of parts) {
      assert.ok(
        typeScriptBlocks(part).some((code) => code.includes("assert.")),
        `${name}: ${part.slice(0, 40)}`,
      );
    }
  }
});
