import type { RunRecord } from "./record.ts";

/** The scores of the unadapted model, by the names of the tasks. */
export interface ScoresBefore {
  readonly [task: string]: number;
}

/** The scores before training that a record tells; null where it was not scored. */
export function scoresBefore({ run, eval: score }: RunRecord): ScoresBefore | null {
  if (score === null) return null;
  const all = [[run.spec.task, score] as const, ...Object.entries(score.also ?? {})];
  return Object.fromEntries(all.flatMap(([task, { before }]) => before === null ? [] : [[task, before]]));
}
