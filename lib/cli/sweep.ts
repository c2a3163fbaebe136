import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import process from "node:process";
import { table } from "arquero";
import type { Executor } from "../experiments/sweeps/executor.ts";
import { expandGrid } from "../experiments/sweeps/expand_grid.ts";
import { type Grid, gridFrom } from "../experiments/sweeps/grid.ts";
import { localExecutor } from "../experiments/sweeps/local_executor.ts";
import { measureTrials } from "../experiments/sweeps/measure_trials.ts";
import {
  isPlannedDone,
  type PlannedRun,
  planSweep,
  type SweepPlan,
} from "../experiments/sweeps/plan_sweep.ts";
import { runSweep } from "../experiments/sweeps/run_sweep.ts";
import { runCost, type Trial, trialGroup } from "../experiments/sweeps/trial.ts";
import { homePath } from "../models/catalogue.ts";
import { duration } from "../report/duration.ts";
import { sweepBoard } from "../report/sweep_board.ts";
import { formatTable, resultsTable } from "../report/table.ts";
import { UsageError } from "../usage_error.ts";
import {
  type Command,
  type Given,
  optionalBoolean,
  optionalInteger,
  optionalNumber,
  optionalText,
  present,
} from "./command.ts";

/** `nlora sweep`: all runs of a grid. */
export const sweepCommand: Command = {
  name: "sweep",
  summary: "does all runs of a grid that have no result yet; Ctrl-C stops, the same command goes on",
  usage: "GRID.json [--preset smoke|laptop|paper] [--data DIR] [--out DIR] [--dry-run] [--force]\n" +
    "  [--parallel N] [--memory-limit GB] [--attempts 3] [--discard-adapters]",
  options: {
    preset: { type: "string" },
    data: { type: "string" },
    out: { type: "string" },
    "dry-run": { type: "boolean" },
    force: { type: "boolean" },
    parallel: { type: "string" },
    "memory-limit": { type: "string" },
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
    const plan = await planSweep(expandGrid(grid), { folder, ...data });
    for (const words of plan.damaged) process.stderr.write(`damaged, done anew: ${words}\n`);
    const executor = executorFrom(given);
    try {
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
      if (given.values["dry-run"]) return dryRun(plan, trials, executor);
      if (given.signal.aborted) return { json: null, text: "stopped before the first run", done: false };
      return await sweep(plan, grid, given, { ...options, trials });
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

function executorFrom(given: Given): Executor {
  const gigabytes = optionalNumber(given, "memory-limit");
  return localExecutor(present({
    parallel: optionalInteger(given, "parallel", 1),
    memoryLimit: gigabytes === undefined ? undefined : gigabytes * 1e9,
  }));
}

function dryRun(plan: SweepPlan, trials: ReadonlyMap<string, Trial>, { slots, memoryLimit }: Executor) {
  const rows = plan.runs.map((run) => {
    const { method, rank, task, learning_rate, seed, steps } = run.spec;
    const trial = trials.get(trialGroup(run));
    const cost = trial && !isPlannedDone(run) ? runCost(run, trial) : null;
    return {
      ...{ id: run.id, method, rank, task, lr: learning_rate, seed, steps },
      state: run.record?.run.status ?? "waits",
      seconds: cost && Math.round(cost.seconds),
      "memory MB": cost && Math.round(cost.memoryBytes / 1e6),
      "disk MB": cost && Math.ceil(cost.diskBytes / 1e6),
    };
  });
  const sum = (column: "seconds" | "disk MB") => rows.reduce((total, row) => total + (row[column] ?? 0), 0);
  const memory = Math.max(0, ...rows.map((row) => row["memory MB"] ?? 0));
  const atOnce = Math.max(1, Math.min(slots, memory > 0 ? Math.floor(memoryLimit / 1e6 / memory) : slots));
  const columns = Object.keys(rows[0]!) as (keyof typeof rows[0])[];
  const total = {
    runs: rows.length,
    to_do: plan.runs.filter((run) => !isPlannedDone(run)).length,
    seconds: sum("seconds"),
    at_once: atOnce,
    memory_bytes: memory * 1e6 * atOnce,
    memory_limit: memoryLimit,
    disk_bytes: sum("disk MB") * 1e6,
  };
  const text = `${total.to_do} of ${rows.length} runs to do, ${atOnce} at once: some ${
    duration(total.seconds / atOnce)
  }, up to ${memory * atOnce} MB of memory (limit ${Math.floor(memoryLimit / 1e6)} MB), ${
    sum("disk MB")
  } MB of disk`;
  return {
    json: {
      folder: plan.folder,
      damaged: plan.damaged,
      runs: plan.runs.map(({ spec }, i) => ({ ...rows[i], spec })),
      total,
    },
    text: `${
      formatTable(table(Object.fromEntries(columns.map((name) => [name, rows.map((row) => row[name])]))))
    }\n${text}`,
    done: true,
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
