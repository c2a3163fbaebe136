/**
 * Runs pieces of work, at most so many at the same time; the others wait in the order in which they came.
 *
 * @param limit how many, from 1
 * @returns a function that runs its work as soon as there is room, and gives what that gives
 *
 * @example
 * ```ts
 * import { limitConcurrency } from "./limit_concurrency.ts";
 * import assert from "node:assert/strict";
 *
 * const limited = limitConcurrency(2);
 * const squares = await Promise.all([1, 2, 3].map((n) => limited(() => Promise.resolve(n * n))));
 * assert.deepEqual(squares, [1, 4, 9]);
 * ```
 */
export function limitConcurrency(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = limit;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
