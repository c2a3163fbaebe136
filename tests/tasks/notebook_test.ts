import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { homePath } from "../../lib/models/catalogue.ts";
import { runNotebook } from "../../tasks/notebook.ts";
import { writeNotebook } from "../notebook/notebook_file.ts";
import { withFolder } from "../temporary_folder.ts";

const ready = existsSync(homePath("venv", "nlora-jupyter"));
const test = (name: string, fn: (folder: string) => Promise<void>) =>
  Deno.test({
    name: ready ? name : `${name} (skipped: Jupyter is not set up)`,
    ignore: !ready,
    fn: () => withFolder(fn),
  });

test("a notebook that runs whole leaves it executed, its page and its own records alone", async (folder) => {
  const file = await writeNotebook(join(folder, "toy.ipynb"), [{ source: "1 + 1" }]);
  await Deno.mkdir(join(folder, "out", "records"), { recursive: true });
  await Deno.writeTextFile(join(folder, "out", "records", "old.json"), "{}");
  const told: string[] = [];
  const { ipynb, html, records } = await runNotebook(
    { file, preset: "smoke", out: join(folder, "out"), kernel: "python3", seconds: 600 },
    (text) => told.push(text),
  );
  assert.ok(existsSync(ipynb) && existsSync(html));
  assert.deepEqual([...Deno.readDirSync(records)], []);
  assert.deepEqual(told, ["cell 1 of 1: 1 + 1"]);
});

test("a notebook that fails, or takes too long as a whole, is an error with its cell", async (folder) => {
  const run = async (source: string, seconds: number) => {
    const file = await writeNotebook(join(folder, "toy.ipynb"), [{ source }]);
    await runNotebook(
      { file, preset: "smoke", out: join(folder, "out"), kernel: "python3", seconds },
      () => {},
    );
  };
  const source = "raise ValueError('the reason')";
  await assert.rejects(run(source, 600), /toy failed in cell 1:\nraise Val[^]*ValueError: the reason$/);
  await assert.rejects(run("import time; time.sleep(1000)", 8), /toy took more than 8 s and was ended/);
});
