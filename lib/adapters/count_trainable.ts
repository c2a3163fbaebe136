import { factorShape } from "../nn/factors.ts";
import { findMethod } from "./methods.ts";

/**
 * How many numbers an adapter trains, without making it.
 *
 * @param shapes (m, n) of the weights of the linear maps that it is put on
 * @throws UsageError for an unknown method
 *
 * @example
 * ```ts
 * import { countTrainable } from "nlora";
 * import assert from "node:assert/strict";
 *
 * // IntTune on LLaMA-2-7B: N alone, r × r, in seven maps of 32 layers (Table 6 of arXiv 2502.14482)
 * const square: [number, number] = [4096, 4096];
 * const layer = [square, square, square, square, [11008, 4096], [11008, 4096], [4096, 11008]] as [number, number][];
 * const model = Array(32).fill(layer).flat();
 * assert.equal(countTrainable(model, { method: "inttune", rank: 128 }), 3_670_016);
 * assert.equal(countTrainable(model, { method: "lora", rank: 128 }), 319_815_680);
 * ```
 */
export function countTrainable(
  shapes: readonly (readonly [number, number])[],
  { method, rank }: { readonly method: string; readonly rank: number },
): number {
  const { trains } = findMethod(method);
  const product = (shape: readonly number[]) => shape.reduce((size, length) => size * length, 1);
  return shapes.reduce(
    (total, shape) => trains.reduce((sum, name) => sum + product(factorShape(name, shape, rank)), total),
    0,
  );
}
