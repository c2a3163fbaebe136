import type { SweepRun } from "./sweep_state.ts";

/** Expected seconds of what is left to do of some runs, so many of them at once. */
export function secondsLeft(runs: readonly Readonly<SweepRun>[], slots: number): number {
  const left = runs.filter(({ state }) => state === "waits" || state === "runs" || state === "rests");
  const atOnce = Math.max(1, Math.min(slots, left.length));
  return left.reduce((sum, run) => sum + run.cost.seconds * (1 - share(run)), 0) / atOnce;
}

/** How much of a run is done, by its steps. */
function share({ progress, plan }: Readonly<SweepRun>): number {
  if (progress === null) return 0;
  if (progress.phase === "evaluate after") return 0.9;
  return progress.phase === "train" ? 0.9 * progress.done / plan.spec.steps : 0;
}
