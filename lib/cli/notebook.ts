import { readFileSync } from "node:fs";
import { basename, relative, resolve } from "node:path";
import process from "node:process";
import { presets } from "../experiments/preset.ts";
import { homePath } from "../models/catalogue.ts";
import { type CellProgress, executeNotebook } from "../notebook/execute_notebook.ts";
import { type Notebook, parametersSource } from "../notebook/parameters.ts";
import { UsageError } from "../usage_error.ts";
import { type Command, type Given, optionalNumber, optionalText } from "./command.ts";

/** `nlora notebook run`: executes a notebook without a browser. */
export const notebook: Command = {
  name: "notebook",
  summary: "runs a notebook without a browser and writes it, executed, and as a page",
  usage: `run FILE.ipynb [--preset ${presets.join("|")}] [--set NAME=VALUE]… [--timeout SECONDS A CELL]` +
    " [--kernel NAME] [--out FILE.ipynb] [--html FILE.html]",
  options: {
    preset: { type: "string" },
    set: { type: "string", multiple: true },
    timeout: { type: "string" },
    kernel: { type: "string" },
    out: { type: "string" },
    html: { type: "string" },
  },
  positionals: true,
  async run(given) {
    const [action, file, ...more] = given.positionals;
    if (action !== "run" || file === undefined || more.length > 0) {
      throw new UsageError(`give one notebook to run: nlora notebook ${notebook.usage}`);
    }
    const name = basename(file, ".ipynb");
    const html = optionalText(given, "html");
    const job = {
      file,
      preset: presetFrom(given),
      kernel: optionalText(given, "kernel") ?? "nlora",
      parameters: parametersFrom(given, file),
      cellSeconds: optionalNumber(given, "timeout"),
      ipynb: resolve(optionalText(given, "out") ?? homePath("out", "notebooks", `${name}.ipynb`)),
      html: html === undefined ? undefined : resolve(html),
      records: process.env.NLORA_OUT || homePath("out", "notebooks", `${name}-records`),
    };
    if (job.ipynb === resolve(file)) {
      throw new UsageError(`--out ${file} is the notebook itself; give the executed one another place`);
    }
    const begun = performance.now();
    const outcome = await executeNotebook(job, cellLines(), given.signal);
    const seconds = (performance.now() - begun) / 1000;
    const { status, reason, cell, source } = outcome;
    const files = [job.ipynb, ...job.html ? [job.html] : []].map((path) => relative("", path)).join(", ");
    const place = cell === undefined
      ? `${name} ${status}`
      : `${name} ${status} in cell ${cell}:\n\n${source}`;
    const text = status === "done"
      ? `executed in ${seconds.toFixed(1)} s: ${files}`
      : `${place}\n\n${reason}\n\nexecuted so far: ${files}`;
    const { ipynb, records } = job;
    const json = { status, reason, cell, seconds, ipynb, html: job.html ?? null, records };
    return { json, text, done: status === "done" };
  },
};

function presetFrom(given: Given): string {
  const preset = optionalText(given, "preset") ?? (process.env.NLORA_PRESET || "laptop");
  if (!(presets as readonly string[]).includes(preset)) {
    throw new UsageError(`unknown preset ${JSON.stringify(preset)}; choose one of ${presets.join(", ")}`);
  }
  return preset;
}

function parametersFrom({ values }: Given, file: string): string | undefined {
  const words = values.set as readonly string[] | undefined;
  if (!words) return undefined;
  const given = words.map((word) => {
    const [, name, value] = /^([\p{L}_$][\p{L}\p{N}_$]*)=(.*)$/su.exec(word) ?? [];
    if (name === undefined) throw new UsageError(`--set ${word} is not NAME=VALUE; write it so`);
    return [name, value!] as const;
  });
  let read: Notebook;
  try {
    read = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`cannot read the notebook ${file}: ${(error as Error).message}`);
  }
  return parametersSource(read, new Map(given));
}

/** Tells each cell on standard error: on a terminal also the time so far and what it prints, on one line that changes. */
function cellLines(): (progress: CellProgress) => void {
  const { stderr } = process;
  let [running, begun, first] = [0, 0, ""];
  return ({ cell, cells, text = "", seconds }) => {
    if (cell !== running) [running, begun, first] = [cell, performance.now(), text];
    const line = (seconds: number, text: string) =>
      `cell ${cell} of ${cells}: ${seconds.toFixed(1)} s  ${text}`;
    if (stderr.isTTY) stderr.write("\r\x1b[2K");
    if (seconds !== undefined) stderr.write(`${line(seconds, first)}\n`);
    else if (stderr.isTTY) {
      stderr.write(line((performance.now() - begun) / 1000, text).slice(0, stderr.columns - 1));
    }
  };
}
