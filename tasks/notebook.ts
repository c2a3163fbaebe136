import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { executeNotebook } from "../lib/notebook/execute_notebook.ts";
import type { Progress } from "./setup/step.ts";

/** What to execute and where the results go. */
export interface Task {
  /** The .ipynb file. */
  readonly file: string;
  readonly preset: string;
  /** The folder for the executed notebook, its HTML and, in `records`, what its runs leave; earlier records are removed. */
  readonly out: string;
  /** By default the kernel of this project. */
  readonly kernel?: string;
  /** Seconds after which the execution is given up. */
  readonly seconds?: number;
}

/** The files that an execution has written. */
export interface ExecutedNotebook {
  readonly ipynb: string;
  readonly html: string;
  readonly records: string;
}

/**
 * Executes a notebook whole, telling each cell.
 *
 * @throws {Error} If a cell fails (with its source and traceback), the kernel ends, or the time is over.
 */
export async function runNotebook(
  { file, preset, out, kernel = "nlora", seconds }: Task,
  progress: Progress,
): Promise<ExecutedNotebook> {
  const name = basename(file, ".ipynb");
  const files = {
    ipynb: join(out, `${name}.ipynb`),
    html: join(out, `${name}.html`),
    records: join(out, "records"),
  };
  await rm(files.records, { recursive: true, force: true });
  const signal = seconds === undefined ? undefined : AbortSignal.timeout(seconds * 1000);
  const { status, reason, cell, source } = await executeNotebook(
    { file, preset, kernel, ...files },
    ({ cell, cells, text }) =>
      text !== undefined && progress(`cell ${cell} of ${cells}: ${text.slice(0, 90)}`),
    signal,
  );
  if (signal?.aborted) throw new Error(`${name} took more than ${seconds} s and was ended`);
  const place = cell === undefined ? "" : ` in cell ${cell}:\n${source}`;
  if (status !== "done") throw new Error(`${name} failed${place}\n\n${reason}`);
  return files;
}
