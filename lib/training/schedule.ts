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
  { learningRate, steps, warmupSteps }: { learningRate: number; steps: number; warmupSteps: number },
): number {
  const warmup = warmupSteps > 0 ? Math.min(1, (step + 1) / warmupSteps) : 1;
  return learningRate * warmup * 0.5 * (1 + Math.cos(Math.PI * step / steps));
}
