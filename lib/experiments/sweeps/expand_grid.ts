import { canonicalJson } from "../../formats/canonical_json.ts";
import { UsageError } from "../../usage_error.ts";
import { completeSpec, type PartialSpec, type Spec } from "../spec.ts";
import { axisValues } from "./axis.ts";
import { matchesFields } from "./field_match.ts";
import type { Axes, Grid } from "./grid.ts";

/** Specs that a grid may have. */
const most = 100_000;

type Combination = { readonly [field: string]: unknown };

/**
 * All specs of a grid: every combination of its axes, in their order, the last one fastest. A condition puts other axes in the place
 * of the grid's for the combinations that match; equal specs count once.
 *
 * @throws UsageError for axes, fields or values that no spec has, a match on a field that none of the specs has, or a grid with no
 *   spec or more than 100,000
 *
 * @example
 * ```ts
 * import { expandGrid } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const specs = expandGrid({
 *   shared: { model: "smollm2-135m-instruct", task: "arithmetic" },
 *   axes: { method: ["lora", "inttune"], rank: { log_range: [8, 32], base: 2 } },
 *   conditions: [{ when: { method: "inttune" }, axes: { learning_rate: [1e-3, 1e-2] } }],
 *   exclude: [{ method: "inttune", rank: { max: 8 } }],
 * });
 * assert.equal(specs.length, 3 + 2 * 2);
 * assert.deepEqual(specs.map((spec) => spec.rank), [8, 16, 32, 16, 16, 32, 32]);
 * ```
 */
export function expandGrid({ shared = {}, axes, conditions = [], exclude = [] }: Grid): Spec[] {
  let combinations = expandAxes([shared], axes);
  for (const { when, axes } of conditions) {
    combinations = combinations.flatMap((one) => matchesFields(one, when) ? expandAxes([one], axes) : [one]);
    checkSize(combinations.length);
  }
  const specs = new Map<string, Spec>();
  for (const combination of combinations) {
    for (const field of ["model", "task", "method"]) {
      if (typeof combination[field] !== "string") {
        throw new UsageError(`the grid gives no ${field}; put it into shared, or make it an axis`);
      }
    }
    const spec = completeSpec(combination as unknown as PartialSpec);
    specs.set(canonicalJson(spec), spec);
  }
  const all = [...specs.values()];
  for (const field of [...exclude, ...conditions.map(({ when }) => when)].flatMap(Object.keys)) {
    if (!all.some((spec) => field in spec)) {
      throw new UsageError(`the grid matches on ${field}, and none of its specs has such a field`);
    }
  }
  const kept = all.filter((spec) => !exclude.some((match) => matchesFields(spec, match)));
  if (kept.length === 0) throw new UsageError("the grid excludes all of its specs; exclude fewer");
  return kept;
}

function expandAxes(combinations: readonly Combination[], axes: Axes): Combination[] {
  let expanded = [...combinations];
  for (const [field, axis] of Object.entries(axes)) {
    const values = axisValues(field, axis);
    checkSize(expanded.length * values.length);
    expanded = expanded.flatMap((one) => values.map((value) => ({ ...one, [field]: value })));
  }
  return expanded;
}

function checkSize(specs: number): void {
  if (specs > most) throw new UsageError(`the grid has ${specs} specs; at most ${most} are taken`);
}
