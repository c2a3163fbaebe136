import assert from "node:assert/strict";
import { join } from "node:path";
import { runNotebook } from "../../tasks/notebook.ts";
import { exists } from "../../tasks/setup/exists.ts";
import { ownPlaces } from "../../tasks/setup/places.ts";

const places = ownPlaces();
const ready = await exists(join(places.venv, "nlora-jupyter"));
const test = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name: ready ? name : `${name} (skipped: Jupyter is not set up)`, ignore: !ready, fn });

type Cell = { cell_type: "markdown" | "code"; source: string };

async function execute(
  cells: readonly Cell[],
  use: (out: string, run: ReturnType<typeof runNotebook>) => Promise<void>,
) {
  const out = await Deno.makeTempDir();
  try {
    const file = join(out, "toy.ipynb");
    const full = cells.map((cell, i) => ({
      ...cell,
      id: `cell-${i}`,
      metadata: {},
      ...cell.cell_type === "code" && { outputs: [], execution_count: null },
    }));
    await Deno.writeTextFile(
      file,
      JSON.stringify({ cells: full, metadata: {}, nbformat: 4, nbformat_minor: 5 }),
    );
    const job = { file, preset: "smoke", out: join(out, "done"), kernel: "python3", seconds: 120 };
    await use(out, runNotebook(places, job, () => {}));
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

test("an executed notebook and its page stand alone and hold no paths of the machine", () =>
  execute([
    {
      cell_type: "markdown",
      source: "# Toy\n\nInline $W \\approx s\\,B N A$ and\n\n$$\\hat W = C\\,W_r^{+}R$$",
    },
    {
      cell_type: "code",
      source:
        "import os, json\nprint(os.environ['NLORA_PRESET'], os.environ['NLORA_OUT'], os.environ['NLORA_HOME'])\n" +
        "open(os.environ['NLORA_OUT'] + '/a.json', 'w').write('{}')",
    },
  ], async (out, run) => {
    const { ipynb, html, records } = await run;
    const { cells } = JSON.parse(await Deno.readTextFile(ipynb));
    assert.match(
      cells[1].outputs[0].text.join?.("") ?? cells[1].outputs[0].text,
      /^smoke out\/records \.nlora$/m,
    );
    assert.ok(await exists(join(records, "a.json")));
    const page = await Deno.readTextFile(html);
    for (const text of [page, await Deno.readTextFile(ipynb)]) {
      assert.ok(!text.includes(out) && !text.includes(places.root), "a path of the machine is left");
    }
    const head = page.slice(0, page.indexOf("<body"));
    const markup = page.replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, "<script></script>");
    assert.ok(head.includes("Plotly"));
    assert.equal((markup.match(/<math\b/g) ?? []).length, 2);
    assert.doesNotMatch(page, /<script[^>]*\bsrc=/);
    assert.doesNotMatch(markup, /<link\b[^>]*href=|\bsrc="https?:|@import|url\(["']?https?:/);
  }));

test("a failing cell is shown with its source and nothing is written", () =>
  execute([{ cell_type: "code", source: "raise ValueError('the reason')" }], async (out, run) => {
    await assert.rejects(run, /toy failed:[\s\S]*raise ValueError[\s\S]*ValueError: the reason/);
    assert.deepEqual([...Deno.readDirSync(join(out, "done"))].map(({ name }) => name), ["records"]);
  }));
