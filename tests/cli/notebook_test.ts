import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { homePath } from "../../lib/models/catalogue.ts";
import { readCells, writeNotebook } from "../notebook/notebook_file.ts";
import { withFolder } from "../temporary_folder.ts";
import { nlora, startNlora } from "./command_line.ts";

const ready = existsSync(homePath("venv", "nlora-kernel"));
const test = (name: string, fn: (folder: string) => Promise<void>) =>
  Deno.test({
    name: ready ? name : `${name} (skipped: the kernel is not set up)`,
    ignore: !ready || Deno.build.os === "windows",
    fn: () => withFolder(fn),
  });

test("notebook run: parameters and the preset reach the cells; the notebook and its page are written", async (folder) => {
  const file = await writeNotebook(join(folder, "toy.ipynb"), [
    { source: "const rank = 16;\nlet method = 'lora';", tags: ["parameters"] },
    { source: "console.log(rank, method, Deno.env.get('NLORA_PRESET'));" },
    { source: "nlora.bars({ a: 1 }, { title: 'Bars', axis: 'x' })" },
  ]);
  const [out, html] = [join(folder, "o", "done.ipynb"), join(folder, "o", "page.html")];
  const run = ["notebook", "run", file, "--preset", "smoke", "--out", out, "--html", html];
  const { code, stdout, stderr } = await nlora([...run, "--set", "rank=8", "--set", "method=a=b", "--json"]);
  assert.equal(code, 0, stderr);
  const { seconds, records: _, ...rest } = JSON.parse(stdout);
  assert.ok(seconds > 0);
  assert.deepEqual(rest, { status: "done", reason: null, cell: 4, ipynb: out, html });
  assert.match(stderr, /^cell 3 of 4: \d+\.\d s {2}console\.log\(rank/m);
  assert.equal((await readCells(out))[2]!.text, "8 a=b smoke\n");
  assert.match(await Deno.readTextFile(html), /Plotly\.newPlot/);

  const unknown = await nlora([...run, "--set", "rnak=8"]);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /no parameter "rnak"; it has: rank, method/);
});

test("notebook run: a failing cell is shown, what ran is kept, and the exit code is 1", async (folder) => {
  const file = await writeNotebook(join(folder, "toy.ipynb"), [
    { source: "console.log('before')" },
    { source: "throw new RangeError('the reason')" },
  ]);
  const out = join(folder, "done.ipynb");
  const { code, stdout } = await nlora(["notebook", "run", file, "--out", out]);
  assert.equal(code, 1);
  assert.match(
    stdout,
    /^toy failed in cell 2:\n\nthrow new RangeError[^]*RangeError: the reason[^]*done\.ipynb$/m,
  );
  assert.equal((await readCells(out))[0]!.text, "before\n");
});

test("notebook run: Ctrl-C stops it and keeps what ran", async (folder) => {
  const file = await writeNotebook(join(folder, "toy.ipynb"), [
    { source: "console.log('before')" },
    { source: "while (true) {}" },
  ]);
  const out = join(folder, "done.ipynb");
  const child = startNlora(["notebook", "run", file, "--out", out, "--json"]);
  const stdout = new Response(child.stdout).text();
  let stderr = "";
  for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
    if (!stderr.includes("cell 1 of 2") && (stderr + part).includes("cell 1 of 2")) child.kill("SIGINT");
    stderr += part;
  }
  assert.equal((await child.status).code, 1, stderr);
  assert.equal(JSON.parse(await stdout).status, "stopped");
  assert.equal((await readCells(out))[0]!.text, "before\n");
});
