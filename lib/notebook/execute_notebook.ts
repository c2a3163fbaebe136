import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { homePath } from "../models/catalogue.ts";
import { UsageError } from "../usage_error.ts";

/** What to execute and where the results go. */
export interface NotebookJob {
  /** The .ipynb file; the cells run in its folder. */
  readonly file: string;
  /** `smoke`, `laptop` or `paper`: the notebook reads it as `NLORA_PRESET`. */
  readonly preset: string;
  /** The kernel's name. */
  readonly kernel: string;
  /** The source of a cell to put after the one that is tagged `parameters`. */
  readonly parameters?: string;
  /** Where the executed notebook is written. */
  readonly ipynb: string;
  /** Where the page is written, if one is wanted. */
  readonly html?: string;
  /** The notebook's `NLORA_OUT`: the folder for what its runs leave. */
  readonly records: string;
  /** Seconds that a cell may take. */
  readonly cellSeconds?: number;
}

/** What a cell does: the line that it begins with or has printed last, or how long it took. */
export interface CellProgress {
  /** From 1, text cells counted. */
  readonly cell: number;
  readonly cells: number;
  readonly text?: string;
  /** There once the cell has ended. */
  readonly seconds?: number;
}

/** How an execution ended. */
export interface NotebookOutcome {
  readonly status: "done" | "failed" | "stopped";
  /** Why it is not done. */
  readonly reason: string | null;
  /** The last cell that ran, from 1. */
  readonly cell?: number;
  readonly source?: string;
}

/** How long the kernel's end and the files may take after a stop, also on a busy machine. */
const patienceMilliseconds = 120_000;

/**
 * Executes a notebook through Jupyter and writes it, executed as far as it came, as .ipynb and as an HTML file that fetches
 * nothing. Neither holds paths of this machine.
 *
 * @param signal stops the execution; what was executed until then is written
 * @throws {UsageError} If there is no such notebook, or Jupyter is not set up.
 * @throws {Error} If the notebook cannot be read or the results cannot be written.
 */
export async function executeNotebook(
  job: NotebookJob,
  onProgress: (progress: CellProgress) => void,
  signal?: AbortSignal,
): Promise<NotebookOutcome> {
  const python = homePath("venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  if (!existsSync(python)) throw new UsageError("Jupyter is not set up; `deno task setup` brings it");
  if (!existsSync(job.file)) {
    throw new UsageError(`there is no notebook ${job.file}; give the path of an .ipynb file`);
  }
  for (const path of [job.ipynb, job.html ?? job.ipynb]) mkdirSync(dirname(path), { recursive: true });
  mkdirSync(job.records, { recursive: true });
  const { cellSeconds: cell_seconds = null, parameters = null, html = null, file, kernel, ipynb } = job;
  const program = fileURLToPath(new URL("execute_notebook.py", import.meta.url));
  const plotly = createRequire(import.meta.url).resolve("plotly.js-dist-min/plotly.min.js");
  const given = {
    file: realpathSync(file),
    kernel,
    cell_seconds,
    parameters,
    ipynb,
    html,
    plotly,
    hide: hide(job),
  };
  const child = spawn(python, [program, JSON.stringify(given)], {
    env: { ...process.env, ...environment(job) },
    detached: process.platform !== "win32",
  });
  const stop = () => {
    child.stdin.end();
    setTimeout(() => child.kill("SIGKILL"), patienceMilliseconds).unref();
  };
  signal?.addEventListener("abort", stop);
  try {
    return await outcomeOf(child, onProgress);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

function environment({ preset, records }: NotebookJob): Record<string, string> {
  return {
    NLORA_PRESET: preset,
    NLORA_OUT: records,
    NLORA_HOME: homePath(),
    JUPYTER_PREFER_ENV_PATH: "1",
    JUPYTER_RUNTIME_DIR: homePath("jupyter", "runtime"),
    PYTHONUNBUFFERED: "1",
    PYTHONWARNINGS: "ignore",
  };
}

/** Paths of this machine, the longest first, and what stands for each in the outputs. */
function hide({ records, ipynb }: NotebookJob): [path: string, replacement: string][] {
  const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");
  const places: [string, string][] = [
    [records, "out/records/"],
    [dirname(ipynb), "out/"],
    [homePath(), ".nlora/"],
    [root, ""],
    [homedir(), "~/"],
  ];
  return places.sort(([a], [b]) => b.length - a.length);
}

async function outcomeOf(
  child: ChildProcess,
  onProgress: (progress: CellProgress) => void,
): Promise<NotebookOutcome> {
  let outcome: NotebookOutcome | null = null;
  let errors = "";
  child.stderr!.on("data", (chunk) => errors = (errors + chunk).slice(-4000));
  for await (const line of createInterface({ input: child.stdout! })) {
    const facts = JSON.parse(line);
    if ("status" in facts) outcome = facts;
    else onProgress(facts);
  }
  child.stderr!.destroy();
  if (outcome === null) throw new Error(`the notebook was not executed:\n${errors.trim()}`);
  return outcome;
}
