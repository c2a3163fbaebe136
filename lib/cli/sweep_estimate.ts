import { table } from "arquero";
import type { Executor } from "../experiments/sweeps/executor.ts";
import { isPlannedDone, type SweepPlan } from "../experiments/sweeps/plan_sweep.ts";
import { runCost, type Trial, trialGroup } from "../experiments/sweeps/trial.ts";
import { duration } from "../report/duration.ts";
import { formatTable } from "../report/table.ts";
import type { CommandResult } from "./command.ts";

/** What a sweep has to do, and what each of its runs and all of them should need. */
export function sweepEstimate(
  plan: SweepPlan,
  trials: ReadonlyMap<string, Trial>,
  { slots, memoryLimit }: Executor,
): CommandResult {
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
