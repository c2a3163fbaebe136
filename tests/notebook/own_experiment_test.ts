import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readRecords } from "../../lib/experiments/read_records.ts";
import { homePath } from "../../lib/models/catalogue.ts";
import { nlora, writeTinyModel } from "../cli/command_line.ts";
import { withFolder } from "../temporary_folder.ts";

const ready = existsSync(homePath("venv", "nlora-kernel"));
const notebook = join(import.meta.dirname!, "..", "..", "notebooks", "08_start.ipynb");

interface Cell {
  readonly source: string | readonly string[];
  readonly outputs?: readonly { readonly data?: { readonly "text/plain": string | readonly string[] } }[];
}

const flat = (text: string | readonly string[]) => [text].flat().join("");

/** Writes the part of the notebook on starts that shows its experiment's records. */
async function writePart(path: string): Promise<void> {
  const { cells, ...rest } = JSON.parse(await Deno.readTextFile(notebook)) as { cells: Cell[] };
  const end = cells.findIndex(({ source }) => flat(source).includes("nlora.loadModel("));
  assert.ok(end > 3);
  await Deno.writeTextFile(path, JSON.stringify({ ...rest, cells: cells.slice(0, end) }));
}

Deno.test({
  name:
    "a notebook shows what its experiment's file asks for, names what failed, and follows the file when it changes" +
    (ready ? "" : " (skipped: the kernel is not set up)"),
  ignore: !ready || Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      const model = await writeTinyModel(folder);
      const shared = { model, task: "arithmetic", method: "nlora", rank: 2, batch: 1, train_limit: 4 };
      const [file, out] = [join(folder, "part.ipynb"), join(folder, "out")];
      await writePart(file);
      await Deno.mkdir(join(folder, "own", "experiments"), { recursive: true });
      /** The texts of the cells' results once the experiment has these runs. */
      const shown = async (runs: readonly object[]): Promise<string[]> => {
        const budget = { shared: { ...shared, steps: 1, rows: "first", residual: true }, runs };
        await Deno.writeTextFile(
          join(folder, "own", "experiments", "starts.json"),
          JSON.stringify({ smoke: budget }),
        );
        await Deno.remove(out, { recursive: true }).catch(() => {});
        const done = join(folder, "done.ipynb");
        const { code, stderr, stdout } = await nlora(
          ["notebook", "run", file, "--preset", "smoke", "--out", done],
          { NLORA_EXPERIMENTS: join(folder, "own"), NLORA_OUT: out },
        );
        assert.equal(code, 0, stderr + stdout);
        const { cells } = JSON.parse(await Deno.readTextFile(done)) as { cells: Cell[] };
        return cells.flatMap(({ outputs = [] }) =>
          outputs.flatMap(({ data }) => data ? [flat(data["text/plain"])] : [])
        );
      };
      const rowsOf = (texts: readonly string[]) =>
        texts.at(-1)!.trim().split("\n").slice(1).map((line) => line.trim().split(/\s+/));

      const first = await shown([
        { core: "copy", learning_rate: 0.001 },
        { core: "pinv", learning_rate: 0.001, rank: 999 },
        { core: "cur", learning_rate: 0.001 },
      ]);
      assert.deepEqual(rowsOf(first).map(([core]) => core), ["copy", "cur"]);
      const missing = first.find((text) => text.includes("failed"));
      assert.match(missing ?? "", /arithmetic +nlora +999 .*rank 999 exceeds/);
      assert.deepEqual(
        readRecords(out).map(({ run }) => [run.spec.core, run.status]),
        [["copy", "done"], ["pinv", "failed"], ["cur", "done"]],
      );

      const second = await shown([{ core: "pinv", rtol: 0.5, learning_rate: 0.002 }]);
      assert.deepEqual(rowsOf(second).map(([core]) => core), ["pinv,"]);
      assert.ok(second.every((text) => !text.includes("failed")));
    }),
});
