import type { RunRecord } from "../record.ts";
import type { Halving } from "./grid.ts";

const last = 5;

/** What a run is compared by at a step: the mean of the five steps that end there; Infinity where one is no number. */
export function halvingScore(record: RunRecord, metric: Halving["metric"], step: number): number {
  const points = record.train!.points.slice(0, step).slice(-last);
  const mean = points.reduce((sum, point) => sum + (point[metric] ?? NaN), 0) / points.length;
  return Number.isFinite(mean) ? mean : Infinity;
}

/** A run that is given up, and why. */
export interface Dropped<Run> {
  readonly run: Run;
  /** From 1, the best. */
  readonly place: number;
  readonly of: number;
  readonly score: number;
}

/**
 * The runs that are given up at a step, of those that took it: within each group the worst; of equal ones the later. What became of the
 * runs afterwards does not count, so the same ones are given up whenever it is asked.
 *
 * @param group what they are compared within
 */
export function halve<Run extends { readonly record: RunRecord | null }>(
  runs: readonly Run[],
  group: (run: Run) => string,
  step: number,
  { metric, keep = 0.5 }: Halving,
): Dropped<Run>[] {
  const took = runs.filter(({ record }) => (record?.train?.points.length ?? 0) >= step);
  return [...Map.groupBy(took, group).values()].flatMap((peers) => {
    const scored = peers.map((run) => ({ run, score: halvingScore(run.record!, metric, step) }));
    scored.sort((a, b) => a.score === b.score ? 0 : a.score - b.score);
    const placed = scored.map((one, index) => ({ ...one, place: index + 1, of: peers.length }));
    return placed.slice(Math.max(1, Math.floor(keep * peers.length)));
  });
}
