import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { installKernel } from "../../kernels/install.ts";
import { homePath } from "../../lib/models/catalogue.ts";
import { withFolder } from "../temporary_folder.ts";

const python = homePath("venv", "bin", "python");
const notebooks = join(import.meta.dirname!, "..", "..", "notebooks");

/** What Jupyter's own client sees of the kernel; see drive_kernel.py. */
interface Seen {
  readonly lines_exact: boolean;
  readonly results_lost: number;
  readonly queued_cells_own_their_output: readonly boolean[];
  readonly streams: readonly [string, string][];
  readonly redeclared: string;
  readonly in_scope: string;
  readonly awaited: string;
  readonly imported: string;
  readonly elsewhere: boolean;
  readonly table: readonly string[];
  readonly tensor: readonly string[];
  readonly display_leaves: readonly [string, string];
  readonly plotly: readonly string[][];
  readonly late: string;
  readonly rejection: string;
  readonly thrown_text: Failure;
  readonly runtime_error: Failure;
  readonly syntax_error: Failure;
  readonly missing_module: Failure;
  readonly queued_after_error: string;
  readonly interrupts: Readonly<Record<string, Interrupt>>;
  readonly state_kept: string;
  readonly prompt: readonly [string[], string[]];
  readonly completion: boolean;
  readonly is_complete: readonly string[];
  readonly lives_after_unsigned: string;
  readonly left_after_shutdown: readonly string[];
  readonly left_after_kill: readonly string[];
  readonly notebook_exact: readonly boolean[];
  readonly processes_before_parents_end: number;
  readonly left_after_parents_end: readonly string[];
}

interface Interrupt {
  readonly status: string;
  readonly ename: string | null;
  readonly results: readonly string[];
}

interface Failure {
  readonly status: string;
  readonly errors: number;
  readonly ename: string;
  readonly traceback: string;
}

async function hasJupyterClient(): Promise<boolean> {
  if (!existsSync(python)) return false;
  const { success } = await new Deno.Command(python, {
    args: ["-c", "import jupyter_client, nbclient"],
    stderr: "null",
  }).output();
  return success;
}

/** Drives the kernel that is installed in a folder: in this project, then in the folder. */
async function drive(folder: string): Promise<Seen> {
  const { code, stdout, stderr } = await new Deno.Command("timeout", {
    args: ["-k", "2", "900", python, join(import.meta.dirname!, "drive_kernel.py"), notebooks, folder],
    env: {
      JUPYTER_PATH: folder,
      JUPYTER_DATA_DIR: folder,
      JUPYTER_PREFER_ENV_PATH: "0",
      PYTHONWARNINGS: "ignore",
    },
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

const ready = await hasJupyterClient();
const skipped = ready ? "" : " (skipped: no jupyter_client and nbclient; `deno task setup` brings it)";

Deno.test({
  name: `kernel: serves Jupyter's client${skipped}`,
  ignore: !ready,
  fn: async (test) => {
    await withFolder(async (folder) => {
      installKernel({ dir: join(folder, "kernels") });
      const seen = await drive(await Deno.realPath(folder));
      for (const [claim, check] of Object.entries(claims)) await test.step(claim, () => check(seen));
    });
  },
});

const claims: Readonly<Record<string, (seen: Seen) => void>> = {
  "3,000 lines and 200 results arrive, each once and in order": ({ lines_exact, results_lost }) => {
    assert.ok(lines_exact);
    assert.equal(results_lost, 0);
  },
  "queued cells keep their own output": ({ queued_cells_own_their_output }) =>
    assert.deepEqual(queued_cells_own_their_output, [true, true, true, true, true]),
  "a notebook that nbclient executes has each cell's output whole and in its cell": ({ notebook_exact }) =>
    assert.deepEqual(notebook_exact, Array(20).fill(true)),
  "standard output and standard error are told apart": ({ streams }) =>
    assert.deepEqual(streams, [["stderr", "err\n"], ["stdout", "out\n"]]),
  "const, let, class and function are declared again": ({ redeclared }) =>
    assert.equal(redeclared, "2,b,3,4"),
  "nlora, tf, aq and display are in scope": ({ in_scope }) =>
    assert.equal(in_scope, "function,function,function,function"),
  "await stands at the top level": ({ awaited }) => assert.equal(awaited, "7"),
  "the library is imported by name too, and is in scope in any folder": ({ imported, elsewhere }) => {
    assert.equal(imported, "function");
    assert.ok(elsewhere);
  },
  "tables and tensors show as HTML and leave no tensor": ({ table, tensor, display_leaves }) => {
    assert.match(table[0]!, /<td[^>]*>a&lt;b<\/td><td[^>]*right[^>]*>1,234\.5<\/td>/);
    assert.match(tensor[0]!, /float32 tensor \(2, 2\) on wasm, .*, from -4 to 3, mean 0\.5.*<table/);
    assert.equal(display_leaves[0], display_leaves[1]);
  },
  "figures show as Plotly's own type, as HTML and as words": ({ plotly }) =>
    assert.deepEqual(plotly, [["application/vnd.plotly.v1+json", "text/html", "text/plain"]]),
  "errors while running, of syntax and of imports are shown once, with their place": (seen) => {
    for (const failure of [seen.runtime_error, seen.syntax_error, seen.missing_module, seen.thrown_text]) {
      assert.deepEqual([failure.status, failure.errors], ["error", 1]);
    }
    assert.deepEqual([seen.runtime_error.ename, seen.syntax_error.ename], ["TypeError", "SyntaxError"]);
    assert.match(seen.syntax_error.traceback, /line 2, column 6\nlet 1x = 2;\n {5}\^/);
    assert.match(seen.missing_module.traceback, /no-such-package-of-nlora/);
    assert.match(seen.thrown_text.traceback, /words/);
  },
  "what timers print after their cell, and promises that reject unheard, are shown": (
    { late, rejection },
  ) => {
    assert.equal(late, "late\n");
    assert.match(rejection, /Error: unheard/);
  },
  "cells queued behind an error are not run": ({ queued_after_error }) =>
    assert.equal(queued_after_error, "aborted"),
  "an interrupt ends loops and waiting, and the state stays": ({ interrupts, state_kept }) => {
    for (const [name, { status, ename }] of Object.entries(interrupts)) {
      if (name === "cooperative") continue;
      assert.deepEqual([name, status, ename], [name, "error", "Interrupted"]);
    }
    assert.equal(state_kept, "42");
  },
  "work that heeds an interrupt ends by itself and gives its result": ({ interrupts }) => {
    assert.equal(interrupts.cooperative!.status, "ok");
    assert.match(interrupts.cooperative!.results[0]!, /ended by itself/);
  },
  "prompt() asks the person at the notebook": ({ prompt }) => {
    assert.deepEqual(prompt[0], ["name?"]);
    assert.match(prompt[1][0]!, /Anna/);
  },
  "members are completed; code is whole, unfinished or wrong": ({ completion, is_complete }) => {
    assert.ok(completion);
    assert.deepEqual(is_complete, ["complete", "incomplete", "invalid"]);
  },
  "messages with a wrong signature or none are dropped, and the kernel lives": ({ lives_after_unsigned }) =>
    assert.equal(lives_after_unsigned, "42"),
  "no process is left after a shutdown, nor after the kernel is killed during a loop": (seen) =>
    assert.deepEqual([seen.left_after_shutdown, seen.left_after_kill], [[], []]),
  "a kernel in a loop and one that is starting end when the program that started them is killed": (seen) => {
    assert.ok(seen.processes_before_parents_end >= 3);
    assert.deepEqual(seen.left_after_parents_end, []);
  },
};
