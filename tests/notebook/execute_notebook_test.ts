import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { homePath } from "../../lib/models/catalogue.ts";
import {
  type CellProgress,
  executeNotebook,
  type NotebookJob,
  type NotebookOutcome,
} from "../../lib/notebook/execute_notebook.ts";
import { withFolder } from "../temporary_folder.ts";
import { readCells, type TestCell, writeNotebook } from "./notebook_file.ts";

const root = resolve(import.meta.dirname!, "../..");
const ready = existsSync(homePath("venv", "nlora-jupyter"));

/** What an execution in Python's kernel has come to and written. */
interface Executed {
  readonly outcome: NotebookOutcome;
  readonly told: readonly CellProgress[];
  readonly job: NotebookJob;
}

/** What a test gives beside the job. */
interface Given {
  /** The execution is stopped when it tells this. */
  readonly stopAt?: string;
  /** Kernels that there are for it, by their names, and the commands that start them. */
  readonly kernels?: Readonly<Record<string, readonly string[]>>;
}

function test(
  name: string,
  cells: readonly TestCell[],
  check: (executed: Executed) => Promise<void>,
  { stopAt, kernels = {}, ...changes }: Partial<NotebookJob> & Given = {},
) {
  Deno.test({
    name: ready ? name : `${name} (skipped: Jupyter is not set up)`,
    ignore: !ready,
    fn: () =>
      withFolder(async (folder) => {
        const file = await writeNotebook(join(folder, "toy.ipynb"), cells);
        const [ipynb, html] = [join(folder, "done", "toy.ipynb"), join(folder, "done", "toy.html")];
        const records = join(folder, "done", "records");
        const job = { file, preset: "smoke", kernel: "python3", ipynb, html, records, ...changes };
        const told: CellProgress[] = [];
        const stop = new AbortController();
        for (const [name, argv] of Object.entries(kernels)) {
          await writeKernel(join(folder, "kernels", name), argv);
        }
        if (Object.keys(kernels).length > 0) process.env.JUPYTER_PATH = folder;
        const outcome = await executeNotebook(job, (progress) => {
          told.push(progress);
          if (stopAt !== undefined && progress.text === stopAt) {
            stop.abort();
          }
        }, stop.signal);
        delete process.env.JUPYTER_PATH;
        await check({ outcome, told, job });
      }),
  });
}

async function writeKernel(folder: string, argv: readonly string[]): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const spec = { argv, display_name: "a toy", language: "none" };
  await Deno.writeTextFile(join(folder, "kernel.json"), JSON.stringify(spec));
}

test("an executed notebook and its page stand alone and hold no paths of the machine", [
  {
    cell_type: "markdown",
    source: "# Toy\n\nInline $W \\approx s\\,B N A$ and\n\n$$\\hat W = C\\,W_r^{+}R$$",
  },
  {
    source:
      "import os, json\nprint(os.environ['NLORA_PRESET'], os.environ['NLORA_OUT'], os.environ['NLORA_HOME'])\n" +
      "open(os.environ['NLORA_OUT'] + '/a.json', 'w').write('{}')\n" +
      "from IPython.display import HTML\nHTML('<script>window.Plotly</script>')",
  },
], async ({ outcome, told, job: { ipynb, html, records } }) => {
  assert.equal(outcome.status, "done");
  const [, cell] = await readCells(ipynb);
  assert.match(cell!.text, /^smoke out\/records \.nlora$/m);
  assert.ok(existsSync(join(records, "a.json")));
  assert.deepEqual(told.map(({ cell, cells, text }) => [cell, cells, text]), [
    [2, 2, "import os, json"],
    [2, 2, `smoke ${records} ${homePath()}`.slice(0, 200)],
    [2, 2, undefined],
  ]);
  assert.ok(told[2]!.seconds! > 0);
  const page = await Deno.readTextFile(html!);
  for (const text of [page, await Deno.readTextFile(ipynb)]) {
    assert.ok(!text.includes(records) && !text.includes(root), "a path of the machine is left");
  }
  const head = page.slice(0, page.indexOf("<body"));
  const markup = page.replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, "<script></script>");
  assert.ok(head.includes("Plotly"));
  assert.equal((markup.match(/<math\b/g) ?? []).length, 2);
  assert.doesNotMatch(page, /<script[^>]*\bsrc=/);
  assert.doesNotMatch(markup, /<link\b[^>]*href=|\bsrc="https?:|@import|url\(["']?https?:/);
});

test("a cell that fails is told with its traceback, and what ran before it is written", [
  { source: "print('before')" },
  { source: "raise ValueError('the reason')" },
  { source: "print('after')" },
], async ({ outcome, job }) => {
  assert.deepEqual([outcome.status, outcome.cell], ["failed", 2]);
  assert.equal(outcome.source, "raise ValueError('the reason')");
  assert.match(outcome.reason!, /ValueError: the reason$/);
  assert.deepEqual((await readCells(job.ipynb)).map(({ text }) => text), ["before\n", "", ""]);
  assert.match(await Deno.readTextFile(job.html!), /the reason/);
});

test("parameters stand in a cell after the notebook's own, in the place of an earlier run's", [
  { source: "rank = 16", tags: ["parameters"] },
  { source: "rank = 9", tags: ["injected-parameters"] },
  { source: "print(rank)" },
], async ({ outcome, job: { ipynb } }) => {
  assert.equal(outcome.status, "done");
  const cells = await readCells(ipynb);
  assert.deepEqual(cells.map(({ source }) => source), ["rank = 16", "rank = 8", "print(rank)"]);
  assert.equal(cells[2]!.text, "8\n");
}, { parameters: "rank = 8" });

test("a cell that takes longer than it may is given up", [
  { source: "import time; time.sleep(100)" },
], ({ outcome }) => {
  assert.deepEqual([outcome.status, outcome.cell, outcome.reason], ["failed", 1, "it took more than 0.5 s"]);
  return Promise.resolve();
}, { cellSeconds: 0.5 });

test("a kernel that is not there is named, with those that are", [{ source: "1" }], ({ outcome }) => {
  assert.equal(outcome.status, "failed");
  assert.match(outcome.reason!, /there is no kernel nothing; Jupyter has .*python3/);
  return Promise.resolve();
}, { kernel: "nothing" });

test("a kernel that ends is told with its last words, also where it never was ready", [
  { source: "1" },
], ({ outcome: { status, reason, cell } }) => {
  assert.deepEqual([status, cell], ["failed", undefined]);
  assert.equal(reason, "the kernel mute ended before it was ready: no room\nto speak");
  return Promise.resolve();
}, { kernel: "mute", kernels: { mute: ["sh", "-c", "echo no room >&2; echo to speak >&2; exit 3"] } });

test("a kernel that ends in a cell is told with the cell", [
  { source: "print('before')" },
  { source: "import os; os._exit(9)" },
], async ({ outcome: { status, reason, cell }, job }) => {
  assert.deepEqual([status, cell], ["failed", 2]);
  assert.match(reason!, /^the kernel python3 ended/);
  assert.equal((await readCells(job.ipynb))[0]!.text, "before\n");
});

test("an execution that is stopped keeps what has run and leaves no process", [
  { source: "import os; print(os.getpid())" },
  { source: "print('here', flush=True); import time; time.sleep(100)" },
], async ({ outcome, job: { ipynb } }) => {
  assert.deepEqual([outcome.status, outcome.cell, outcome.reason], ["stopped", 2, "interrupted"]);
  const [first, second] = await readCells(ipynb);
  assert.equal(second!.text, "here\n");
  assert.throws(() => Deno.kill(Number(first!.text), "SIGCONT"), "the kernel still runs");
}, { stopAt: "here" });
