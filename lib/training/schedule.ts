import { UsageError } from "../usage_error.ts";

/** What a schedule depends on beside the step. */
export interface ScheduleSettings {
  /** The highest. */
  readonly learningRate: number;
  readonly steps: number;
  readonly warmupSteps: number;
}

/**
 * The learning rate of a step: a linear warm-up times half a cosine down to zero, as transformers'
 * `get_cosine_schedule_with_warmup` begins and PyTorch's cosine ends.
 *
 * @param step from 0
 *
 * @example
 * ```ts
 * import { cosineSchedule } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const rate = (step: number) => cosineSchedule(step, { learningRate: 1, steps: 10, warmupSteps: 2 });
 * assert.equal(rate(0), 0.5);
 * assert.ok(rate(9) < rate(5) && rate(5) === 0.5);
 * ```
 */
export function cosineSchedule(
  step: number,
  { learningRate, steps, warmupSteps }: ScheduleSettings,
): number {
  return learningRate * warmup(step, warmupSteps) * 0.5 * (1 + Math.cos(Math.PI * step / steps));
}

/**
 * The learning rate of a step: a linear warm-up, then a line down to zero, as transformers' `get_linear_schedule_with_warmup`,
 * except that the warm-up begins above zero.
 *
 * @param step from 0
 *
 * @example
 * ```ts
 * import { linearSchedule } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const rate = (step: number) => linearSchedule(step, { learningRate: 1, steps: 10, warmupSteps: 2 });
 * assert.deepEqual([0, 1, 2, 6, 9].map(rate), [0.5, 1, 1, 0.5, 0.125]);
 * ```
 */
export function linearSchedule(
  step: number,
  { learningRate, steps, warmupSteps }: ScheduleSettings,
): number {
  if (step < warmupSteps) return learningRate * warmup(step, warmupSteps);
  return learningRate * (steps - step) / (steps - warmupSteps);
}

/** The schedules by their names. */
const schedules = { cosine: cosineSchedule, linear: linearSchedule };

/** How the learning rate falls. */
export type ScheduleName = keyof typeof schedules;

/**
 * The schedule of a name.
 *
 * @throws UsageError for an unknown name
 */
export function findSchedule(name: string): typeof cosineSchedule {
  if (Object.hasOwn(schedules, name)) return schedules[name as ScheduleName];
  throw new UsageError(
    `unknown schedule ${JSON.stringify(name)}; choose one of ${Object.keys(schedules).join(", ")}`,
  );
}

function warmup(step: number, warmupSteps: number): number {
  return warmupSteps > 0 ? Math.min(1, (step + 1) / warmupSteps) : 1;
}
