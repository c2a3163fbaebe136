/**
 * The items that no other one beats: none is at least as good in everything and better in something. Items for which a cost is no finite
 * number cannot be compared, and are left out.
 *
 * @param costs what counts, each the better the smaller; negate what should be large
 * @returns in the order of the first cost
 *
 * @example
 * ```ts
 * import { paretoFront } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const runs = [
 *   { error: 0.2, parameters: 900 },
 *   { error: 0.3, parameters: 100 },
 *   { error: 0.3, parameters: 500 }, // no better than the one before, and larger
 * ];
 * assert.deepEqual(paretoFront(runs, [(run) => run.error, (run) => run.parameters]), runs.slice(0, 2));
 * ```
 */
export function paretoFront<Item>(
  items: readonly Item[],
  costs: readonly ((item: Item) => number)[],
): Item[] {
  const measured = items.map((item) => ({ item, costs: costs.map((cost) => cost(item)) }))
    .filter(({ costs }) => costs.every(Number.isFinite))
    .sort((a, b) => a.costs.map((cost, i) => cost - b.costs[i]!).find((difference) => difference !== 0) ?? 0);
  const front: typeof measured = []; // whatever beats an item stands before it
  for (const one of measured) if (!front.some((other) => beats(other.costs, one.costs))) front.push(one);
  return front.map(({ item }) => item);
}

function beats(a: readonly number[], b: readonly number[]): boolean {
  return a.every((cost, i) => cost <= b[i]!) && a.some((cost, i) => cost < b[i]!);
}
