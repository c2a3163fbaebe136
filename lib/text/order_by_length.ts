import type { Random } from "../tensor/random.ts";

/**
 * The same indices with those of examples of similar length together, for batches with little padding: each window of the
 * order is sorted by length and cut into batches, which follow each other in a random order.
 *
 * @param order indices without an end, as of {@linkcode indexOrder}
 * @param lengths the tokens of each example
 * @param batch examples in one batch
 * @param window batches in one window: the larger, the less padding, and the less random the batches
 */
export function* orderByLength(
  order: Iterator<number, never>,
  lengths: readonly number[],
  { batch, window, random }: { batch: number; window: number; random: Random },
): Generator<number, never> {
  while (true) {
    const indices = Array.from({ length: batch * window }, () => order.next().value);
    indices.sort((a, b) => lengths[a]! - lengths[b]!);
    const begins = random.shuffle(Array.from({ length: window }, (_, i) => i * batch));
    for (const begin of begins) yield* indices.slice(begin, begin + batch);
  }
}
