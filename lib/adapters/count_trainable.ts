import { type FactorName, factorShape } from "../nn/factors.ts";
import { coreForms } from "../nn/core_form.ts";
import { coreName } from "./attach_cores.ts";
import type { MethodChoices } from "./method.ts";
import { findMethod } from "./methods.ts";

/**
 * How many numbers an adapter trains, without making it.
 *
 * @param shapes (m, n) of the weights of the linear maps that it is put on, each with the map's name where those of a kind
 *   are tied
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
 * assert.equal(countTrainable(model, { method: "inttune", rank: 128, core_form: "scalar" }), 224);
 * ```
 */
export function countTrainable(
  shapes: readonly (readonly [m: number, n: number, name?: string])[],
  { method, rank, core_form = "full", core_rank, core_tying = "none" }:
    & { readonly method: string; readonly rank: number }
    & Pick<MethodChoices, "core_form" | "core_rank" | "core_tying">,
): number {
  const { trains } = findMethod(method);
  const product = (shape: readonly number[]) => shape.reduce((size, length) => size * length, 1);
  const tied = new Set<string>();
  const numbers = (factor: FactorName, [m, n, name = ""]: readonly [number, number, string?]) => {
    if (factor !== "N" || core_form === "full" && core_tying === "none") {
      return product(factorShape(factor, [m, n], rank));
    }
    const core = coreName({ name }, rank, core_tying);
    if (core_tying !== "none" && tied.has(core)) return 0;
    tied.add(core);
    return product(coreForms[core_form].shape(rank, core_rank ?? 1));
  };
  return shapes.reduce(
    (total, shape) => trains.reduce((sum, factor) => sum + numbers(factor, shape), total),
    0,
  );
}
