import { methods } from "../adapters/methods.ts";
import type { Curve } from "./curves.ts";
import { seedRange } from "./seed_range.ts";

/** What a method came to at one place. */
export interface MethodPoint {
  /** By its name in the table of methods. */
  readonly method: string;
  /** Such as a rank. */
  readonly x: number;
  readonly y: number;
}

/**
 * Points as lines for {@linkcode curves}: one for each method by its title, in the order in which they first occur, by ascending x.
 * Points of one method at the same x, such as those of several seeds, are averaged; where a method has several at some x, its line has
 * the lowest and the highest at each.
 *
 * @example
 * ```ts
 * import { keptRecords, methodLines } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const points = keptRecords("ranks").map(({ run, eval: score }) => ({ method: run.spec.method, x: run.spec.rank, y: score!.value }));
 * assert.deepEqual(methodLines(points)["NLoRA"]!.x, [1, 2, 4, 8, 16, 32, 64, 128]);
 * ```
 */
export function methodLines(points: readonly MethodPoint[]): { [title: string]: Curve } {
  const lines = [...Map.groupBy(points, ({ method }) => method)].map(([method, own]) => {
    const places = [...Map.groupBy(own, ({ x }) => x)].sort(([a], [b]) => a - b);
    const title = methods.find(({ name }) => name === method)?.title ?? method;
    const ranges = places.map(([, points]) => seedRange(points.map(({ y }) => y)));
    const line = { x: places.map(([x]) => x), y: ranges.map(({ value }) => value), method };
    const bars = { low: ranges.map(({ low }) => low), high: ranges.map(({ high }) => high) };
    return [title, own.length > places.length ? { ...line, ...bars } : line] as const;
  });
  return Object.fromEntries(lines);
}
