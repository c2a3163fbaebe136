import { basename, join } from "node:path";
import { runChild } from "./child.ts";
import type { Places } from "./setup/places.ts";
import type { Progress } from "./setup/step.ts";

/** What to execute and where the results go. */
export interface NotebookJob {
  /** The .ipynb file. */
  readonly file: string;
  /** `smoke`, `laptop` or `paper`: the notebook reads it as `NLORA_PRESET`. */
  readonly preset: string;
  /** The folder for the executed notebook, its HTML and, in `records`, what its runs leave. */
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
  /** The notebook's `NLORA_OUT`: one JSON file a run. */
  readonly records: string;
}

/**
 * Executes a notebook through Jupyter, telling each cell, and writes it as .ipynb and as an HTML file that fetches
 * nothing. Neither holds paths of this machine.
 *
 * @throws {Error} If a cell fails (with its source and traceback), the kernel ends, or the time is over.
 */
export async function runNotebook(
  places: Places,
  job: NotebookJob,
  progress: Progress,
): Promise<ExecutedNotebook> {
  const name = basename(job.file, ".ipynb");
  const records = join(job.out, "records");
  const result = { ipynb: join(job.out, `${name}.ipynb`), html: join(job.out, `${name}.html`), records };
  await Deno.remove(records, { recursive: true }).catch(() => {});
  await Deno.mkdir(records, { recursive: true });
  const home = Deno.env.get("HOME");
  const errors: string[] = [];
  const { code, timedOut } = await runChild({
    command: places.python,
    args: [
      join(import.meta.dirname!, "execute_notebook.py"),
      JSON.stringify({
        file: await Deno.realPath(job.file),
        kernel: job.kernel ?? "nlora",
        ...result,
        plotly: join(places.root, "node_modules", "plotly.js-dist-min", "plotly.min.js"),
        hide: [
          [places.home, ".nlora/"],
          [job.out, "out/"],
          [places.root, ""],
          ...(home ? [[home, "~/"]] : []),
        ],
      }),
    ],
    env: {
      NLORA_PRESET: job.preset,
      NLORA_OUT: records,
      NLORA_HOME: places.home,
      JUPYTER_PREFER_ENV_PATH: "1",
      JUPYTER_RUNTIME_DIR: join(places.home, "jupyter", "runtime"),
      PYTHONUNBUFFERED: "1",
      PYTHONWARNINGS: "ignore",
    },
    seconds: job.seconds,
    onLine(line) {
      if (line.startsWith("cell ")) progress(line);
      else errors.push(line);
    },
  });
  if (timedOut) throw new Error(`${name} took more than ${job.seconds} s and was ended`);
  if (code !== 0) throw new Error(`${name} failed:\n${errors.join("\n").trim()}`);
  return result;
}
