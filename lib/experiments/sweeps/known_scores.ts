import type { RunRecord } from "../record.ts";
import { type ScoresBefore, scoresBefore } from "../scores_before.ts";
import type { PlannedRun } from "./plan_sweep.ts";

/** The scores of models before training, so that each is taken once in a sweep. */
export class KnownScores {
  readonly #scores = new Map<string, ScoresBefore>();

  learn({ unadapted }: PlannedRun, record: RunRecord | null): void {
    const before = record && scoresBefore(record);
    if (unadapted !== null && before) this.#scores.set(unadapted, before);
  }

  of({ unadapted }: PlannedRun): ScoresBefore | undefined {
    return unadapted === null ? undefined : this.#scores.get(unadapted);
  }
}
