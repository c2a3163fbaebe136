import { type MetricName, metrics } from "./metrics.ts";

/**
 * The most that is scored by always giving the same answer, one of the gold ones: what a model has to exceed before it can be said to
 * have learned something. A correlation with a constant, which is not defined, counts as 0.
 *
 * @throws UsageError where there are no gold values
 *
 * @example
 * ```ts
 * import { constantScore } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const gold = [1, 1, 0, 1];
 * assert.equal(constantScore("accuracy", gold), 0.75);
 * assert.equal(constantScore("matthews", gold), 0);
 * ```
 */
export function constantScore(metric: MetricName, gold: ArrayLike<number>): number {
  const answers = [...new Set(Array.from(gold))];
  const scores = (answers.length === 0 ? [0] : answers).map((answer) =>
    metrics[metric](Array.from(gold, () => answer), gold)
  );
  return Math.max(...scores.map((score) => Number.isNaN(score) ? 0 : score));
}
