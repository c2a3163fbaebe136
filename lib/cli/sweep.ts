import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import process from "node:process";
import { expandGrid } from "../experiments/sweeps/expand_grid.ts";
import { type Grid, gridFrom } from "../experiments/sweeps/grid.ts";
import { measureTrials } from "../experiments/sweeps/measure_trials.ts";
import { type PlannedRun, planSweep, type SweepPlan } from "../experiments/sweeps/plan_sweep.ts";
import { runSweep } from "../experiments/sweeps/run_sweep.ts";
import { homePath } from "../models/catalogue.ts";
import { sweepBoard } from "../report/sweep_board.ts";
import { formatTable, resultsTable } from "../report/table.ts";
import { UsageError } from "../usage_error.ts";
import {
  type Command,
  type Given,
  optionalBoolean,
  optionalInteger,
  optionalText,
  present,
} from "./command.ts";
import { executorFlags, executorFrom, executorUsage } from "./executor_flags.ts";
import { sweepEstimate } from "./sweep_estimate.ts";

const stopped = { json: null, text: "stopped before the first run", done: false };

/** `nlora sweep`: all runs of a grid. */
export const sweepCommand: Command = {
  name: "sweep",
  summary: "does all runs of a grid that have no result yet; Ctrl-C stops, the same command goes on",
  usage: "GRID.json [--preset smoke|laptop|paper] [--data DIR] [--out DIR] [--dry-run] [--force]\n" +
    `  [--attempts 3] [--discard-adapters] ${executorUsage}`,
  options: {
    preset: { type: "string" },
    data: { type: "string" },
    out: { type: "string" },
    "dry-run": { type: "boolean" },
    force: { type: "boolean" },
    ...executorFlags,
    attempts: { type: "string" },
    "discard-adapters": { type: "boolean" },
  },
  positionals: true,
  async run(given) {
    const [path, ...more] = given.positionals;
    if (path === undefined || more.length > 0) {
      throw new UsageError(`${given.positionals.length} files are given; give one GRID.json`);
    }
    const grid = await readGrid(path, optionalText(given, "preset") ?? process.env.NLORA_PRESET);
    const folder = join(optionalText(given, "out") ?? homePath("sweeps"), basename(path, ".json"));
    const data = present({ data: optionalText(given, "data") });
    const specs = expandGrid(grid);
    const executor = await executorFrom(given);
    try {
      const platform = await executor.platform(given.signal);
      process.stderr.write(`jobs of ${executor.name}: ${platform.backend} on ${platform.device}\n`);
      const plan = await planSweep(specs, { folder, platform, ...data });
      for (const words of plan.damaged) process.stderr.write(`damaged, done anew: ${words}\n`);
      const options = {
        ...data,
        ...present({ force: optionalBoolean(given, "force") }),
        executor,
        signal: given.signal,
      };
      const trials = await measureTrials(plan, {
        ...options,
        onTrial: (run) => process.stderr.write(`trial of ${trialTitle(run)}\n`),
        onFailure: (run, reason) =>
          process.stderr.write(`the trial of ${trialTitle(run)} came to nothing: ${reason}\n`),
      });
      if (given.values["dry-run"]) return sweepEstimate(plan, trials, executor);
      if (given.signal.aborted) return stopped;
      return await sweep(plan, grid, given, { ...options, trials });
    } catch (error) {
      if (given.signal.aborted && error === given.signal.reason) return stopped;
      throw error;
    } finally {
      await executor.close();
    }
  },
};

function trialTitle({ spec }: PlannedRun): string {
  return `${spec.method}, rank ${spec.rank}, on ${spec.model}, ${spec.task}`;
}

async function sweep(
  plan: SweepPlan,
  { halving }: Grid,
  given: Given,
  options: Parameters<typeof runSweep>[1],
) {
  const board = sweepBoard();
  const { runs } = await runSweep(plan, {
    ...options,
    ...present({
      halving,
      attempts: optionalInteger(given, "attempts", 1),
      discardAdapters: optionalBoolean(given, "discard-adapters"),
    }),
    onChange: (state) => board.update(state),
  }).finally(() => board.end());
  const records = runs.flatMap(({ record }) => record ?? []);
  const done = runs.filter(({ state }) => state === "done" || state === "dropped").length;
  const unfinished = done < runs.length ? `; ${runs.length - done} are not done` : "";
  return {
    json: { folder: plan.folder, damaged: plan.damaged, records },
    text: `${
      formatTable(resultsTable(records))
    }\n${done} of ${runs.length} runs done${unfinished}; records in ${plan.folder}`,
    done: done === runs.length,
  };
}

async function readGrid(path: string, preset: string | undefined): Promise<Grid> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
  return gridFrom(value, preset || undefined);
}
