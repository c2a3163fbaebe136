import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import process from "node:process";
import { type ExperimentFile, experimentOf, loadPreset } from "../experiments/preset.ts";
import { recordsByTask } from "../experiments/records_by_task.ts";
import { runAll } from "../experiments/run_all.ts";
import { run } from "../experiments/run.ts";
import type { PartialSpec } from "../experiments/spec.ts";
import { comparisonTable } from "../report/comparison_table.ts";
import { runProgress } from "../report/run_progress.ts";
import { formatTable, resultsTable } from "../report/table.ts";
import { UsageError } from "../usage_error.ts";
import { type Command, optionalBoolean, optionalText, present } from "./command.ts";

/** `nlora run`: experiments from a file. */
export const runCommand: Command = {
  name: "run",
  summary:
    "runs the spec in a file, also a record's, or all of an experiment's budget; --resume leaves out what is done",
  usage: "SPEC.json|RECORD.json|EXPERIMENT.json|EXPERIMENT [--preset smoke|laptop|paper] [--data DIR]\n" +
    "  [--out DIR [--resume]]\n" +
    "  EXPERIMENT is one of those kept with the library, such as quickstart or glue",
  options: {
    preset: { type: "string" },
    data: { type: "string" },
    out: { type: "string" },
    resume: { type: "boolean" },
  },
  positionals: true,
  async run(given) {
    const [path, ...more] = given.positionals;
    if (path === undefined || more.length > 0) {
      throw new UsageError(
        `${given.positionals.length} files are given; give one SPEC.json, or the name of an experiment`,
      );
    }
    const preset = optionalText(given, "preset");
    const named = /^[\w-]+$/.test(path) && !statSync(path, { throwIfNoEntry: false })?.isFile();
    const file = named ? null : await readSpec(path);
    const options = {
      ...present({
        data: optionalText(given, "data"),
        out: optionalText(given, "out"),
        resume: optionalBoolean(given, "resume"),
      }),
      signal: given.signal,
    };
    const show = runProgress();
    try {
      if (file && "method" in file) {
        if (preset !== undefined) throw new UsageError(`${path} holds one spec; leave --preset out`);
        const record = await run(file as unknown as PartialSpec, {
          ...options,
          onProgress: (progress) => show.update(progress),
        });
        return {
          json: record,
          text: formatTable(resultsTable([record])),
          done: record.run.status === "done",
        };
      }
      const experiment = file
        ? experimentOf(basename(path, ".json"), file, preset)
        : loadPreset(path, preset);
      if (experiment.about) {
        process.stderr.write(`${experiment.name}, ${experiment.preset}: ${experiment.about}\n`);
      }
      const records = await runAll(experiment, {
        ...options,
        onProgress: ({ task, method }, progress) => show.update(progress, `${task} ${method}`),
      });
      const done = records.filter(({ run }) => run.status === "done").length;
      return {
        json: records,
        text: [resultsTable(records), ...done > 1 ? [comparisonTable(recordsByTask(records), "lora")] : []]
          .map(formatTable)
          .join("\n\n"),
        done: done === experiment.specs.length,
      };
    } finally {
      await show.end();
    }
  },
};

async function readSpec(path: string): Promise<ExperimentFile> {
  try {
    const value = JSON.parse(await readFile(path, "utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value.run?.spec ?? value;
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
  throw new UsageError(`${path} holds no object; give a spec {"model", "task", "method", …}`);
}
