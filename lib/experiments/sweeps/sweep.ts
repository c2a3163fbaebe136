import type { Spec } from "../spec.ts";
import type { Executor } from "./executor.ts";
import { expandGrid } from "./expand_grid.ts";
import type { Grid } from "./grid.ts";
import { localExecutor } from "./local_executor.ts";
import { measureTrials, type TrialOptions } from "./measure_trials.ts";
import { planSweep } from "./plan_sweep.ts";
import { runSweep, type SweepOptions } from "./run_sweep.ts";
import type { SweepState } from "./sweep_state.ts";

/** Where a sweep runs, and where its results go. */
export interface SweepCallOptions
  extends Omit<SweepOptions, "executor" | "trials" | "halving">, Pick<TrialOptions, "onTrial" | "onFailure"> {
  /** Folder of the sweep: `runs/KEY/record.json`, `logs`, `trials`. */
  readonly folder: string;
  /** By default processes of this machine. */
  readonly executor?: Executor;
}

/**
 * Does all runs of a grid, or of a list of specs, that have no result in the folder yet: a few steps first, to learn what they need, then as
 * many at once as there is room for.
 *
 * @throws UsageError for a grid, a model or data that cannot be used, or a folder that another process sweeps
 *
 * @example
 * ```ts
 * import { sweep, sweepBoard } from "nlora";
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 *
 * const folder = await mkdtemp(join(tmpdir(), "nlora-"));
 * const board = sweepBoard();
 * const { runs } = await sweep({
 *   shared: { model: "vit-drawn", task: "pictures/outlines", steps: 1, batch: 2, train_limit: 4, eval_limit: 4 },
 *   axes: { method: ["lora"], rank: 2 },
 * }, { folder, onChange: (state) => board.update(state) });
 * await board.end();
 * assert.deepEqual(runs.map(({ state }) => state), ["done"]);
 * await rm(folder, { recursive: true });
 * ```
 */
export async function sweep(
  grid: Grid | readonly Spec[],
  { folder, executor = localExecutor(), onTrial, onFailure, ...options }: SweepCallOptions,
): Promise<SweepState> {
  const { data, force, signal } = options;
  try {
    const specs = isList(grid) ? grid : expandGrid(grid);
    const platform = await executor.platform(signal);
    const plan = await planSweep(specs, { folder, platform, ...data !== undefined && { data } });
    const trials = await measureTrials(plan, {
      executor,
      ...data !== undefined && { data },
      ...force !== undefined && { force },
      ...signal && { signal },
      ...onTrial && { onTrial },
      ...onFailure && { onFailure },
    });
    const halving = isList(grid) ? undefined : grid.halving;
    return await runSweep(plan, { ...options, executor, trials, ...halving && { halving } });
  } finally {
    await executor.close();
  }
}

function isList(grid: Grid | readonly Spec[]): grid is readonly Spec[] {
  return Array.isArray(grid);
}
