import { Random } from "../tensor/random.ts";
import { UsageError } from "../usage_error.ts";
import type { Metric } from "./metrics/metrics.ts";
import { requirePairs } from "./metrics/require_pairs.ts";

/** How the interval is drawn. */
export interface BootstrapOptions {
  /** Samples of the examples; by default 2,000. */
  readonly samples?: number;
  /** The share of the samples' differences within the interval; by default 0.95. */
  readonly level?: number;
  readonly seed?: number;
}

/** What a metric differs by, with its interval. */
export interface BootstrapInterval {
  /** The second's metric less the first's, on all examples. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/**
 * By how much the metric of one model exceeds another's on the same examples, with an interval by the paired bootstrap (Efron &
 * Tibshirani 1993): the examples are drawn anew, with replacement, the same ones for both, and the interval holds the middle of
 * the differences. Several predictions of one model, such as those of several seeds, count by the mean of their metrics.
 *
 * The interval tells how far the difference may come from the choice of examples. It takes one metric for each sample and each
 * list of predictions.
 *
 * @param first the predictions of the first model, a list for each seed
 * @param second those of the second, likewise
 * @throws UsageError where there is not one prediction for each gold value, or an option is out of range
 *
 * @example
 * ```ts
 * import { accuracy, pairedBootstrap } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const gold = Array.from({ length: 100 }, (_, i) => i % 2);
 * const constant = gold.map(() => 1);
 * const { difference, low, high } = pairedBootstrap(accuracy, gold, [constant], [gold]);
 * assert.equal(difference, 0.5);
 * assert.ok(0.3 < low && low < 0.5 && 0.5 < high && high < 0.7);
 * ```
 */
export function pairedBootstrap(
  metric: Metric,
  gold: ArrayLike<number>,
  first: readonly ArrayLike<number>[],
  second: readonly ArrayLike<number>[],
  { samples = 2000, level = 0.95, seed = 0 }: BootstrapOptions = {},
): BootstrapInterval {
  if (!Number.isInteger(samples) || samples < 1) {
    throw new UsageError(`samples ${samples} is not a whole number from 1`);
  }
  if (!(level > 0 && level < 1)) throw new UsageError(`level ${level} is not between 0 and 1`);
  if (first.length === 0 || second.length === 0) {
    throw new UsageError("two models are compared; give the predictions of each");
  }
  for (const predictions of [...first, ...second]) requirePairs(predictions, gold);
  const random = new Random(seed).fork("bootstrap");
  const [drawnGold, drawn] = [new Float64Array(gold.length), new Float64Array(gold.length)];
  const mean = (lists: readonly ArrayLike<number>[], chosen: Uint32Array) =>
    lists.reduce((sum, list) => sum + metric(draw(list, chosen, drawn), drawnGold), 0) / lists.length;
  const differenceOf = (chosen: Uint32Array) => {
    draw(gold, chosen, drawnGold);
    return mean(second, chosen) - mean(first, chosen);
  };
  const all = Uint32Array.from({ length: gold.length }, (_, i) => i);
  const chosen = new Uint32Array(gold.length);
  const differences = new Float64Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    for (let i = 0; i < chosen.length; i++) chosen[i] = random.int(gold.length);
    differences[sample] = differenceOf(chosen);
  }
  differences.sort();
  return {
    difference: differenceOf(all),
    low: quantile(differences, (1 - level) / 2),
    high: quantile(differences, (1 + level) / 2),
  };
}

/** The chosen members of a list, in their order, written into `drawn`. */
function draw(list: ArrayLike<number>, chosen: Uint32Array, drawn: Float64Array): Float64Array {
  for (let i = 0; i < chosen.length; i++) drawn[i] = list[chosen[i]!]!;
  return drawn;
}

/** Between two of the sorted numbers it lies on the line through them, as NumPy's does by default. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
