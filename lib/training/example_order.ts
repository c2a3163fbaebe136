import { Random } from "../tensor/random.ts";
import { indexOrder } from "../text/batches.ts";
import { orderByLength } from "../text/order_by_length.ts";
import type { TrainSettings } from "./train_options.ts";

/** Batches in one window of {@linkcode TrainOptions.bucketing}. */
const bucketWindow = 16;

/** The last pass over the examples that ends within a step, or null. */
export function epochEndingAt(step: number, batch: number, examples: number): number | null {
  const passes = (steps: number) => Math.floor(steps * batch / examples);
  return step > 0 && passes(step) > passes(step - 1) ? passes(step) : null;
}

/** Which example follows which, without an end, given the tokens of each. */
export function exampleOrder(
  lengths: readonly number[],
  { batch, shuffleSeed, bucketing }: Pick<TrainSettings, "batch" | "shuffleSeed" | "bucketing">,
): Iterator<number, never> {
  const order = indexOrder(lengths.length, shuffleSeed === null ? null : new Random(shuffleSeed));
  if (!bucketing) return order;
  const random = new Random(shuffleSeed ?? 0).fork("buckets");
  return orderByLength(order, lengths, { batch, window: bucketWindow, random });
}
