import { UsageError } from "../../usage_error.ts";
import type { Spec } from "../spec.ts";
import type { Axis } from "./axis.ts";
import type { FieldMatch } from "./field_match.ts";

/** Axes by the field of the spec that they run over. */
export interface Axes {
  readonly [field: string]: Axis;
}

/** What holds for some of the combinations: for those that match, these axes stand in for the grid's own. */
export interface GridCondition {
  readonly when: FieldMatch;
  readonly axes: Axes;
}

/** By what runs are compared while they are under way. */
export const halvingMetrics = ["loss", "grad_norm"] as const;

/** Successive halving: at each of these steps the worst of the runs on one model and task are given up. */
export interface Halving {
  /** The smaller, the better; the mean of the last five steps. */
  readonly metric: typeof halvingMetrics[number];
  readonly at: readonly number[];
  /** The share that goes on; by default a half. At least one does. */
  readonly keep?: number;
}

/** Many specs as data: what they share, the fields in which they differ, conditions and exclusions. */
export interface Grid {
  readonly shared?: Partial<Spec>;
  readonly axes: Axes;
  /** Applied in their order. */
  readonly conditions?: readonly GridCondition[];
  /** Specs that match one of these are left out. */
  readonly exclude?: readonly FieldMatch[];
  readonly halving?: Halving;
}

const fields = ["shared", "axes", "conditions", "exclude", "halving"];

/**
 * The grid in a JSON value, checked; or, where the value holds one for each budget, that of the budget.
 *
 * @throws UsageError for a value that is no grid, or a budget that it does not have
 */
export function gridFrom(value: unknown, preset = "laptop"): Grid {
  if (!isObject(value)) throw new UsageError('a grid is an object {"shared": {…}, "axes": {…}}');
  if (!("axes" in value) && Object.values(value).every((part) => isObject(part) && "axes" in part)) {
    if (!Object.hasOwn(value, preset)) {
      throw new UsageError(
        `the grid has no preset ${JSON.stringify(preset)}; choose one of ${Object.keys(value).join(", ")}`,
      );
    }
    return gridFrom(value[preset]);
  }
  const unknown = Object.keys(value).filter((field) => !fields.includes(field));
  if (unknown.length > 0) {
    throw new UsageError(`a grid has no field ${unknown.join(", ")}; its fields are ${fields.join(", ")}`);
  }
  const { shared = {}, axes, conditions = [], exclude = [], halving } = value;
  need(isObject(shared), "shared", "an object with fields of the spec");
  need(isObject(axes), "axes", "an object with an axis for each field");
  need(
    isList(conditions) &&
      conditions.every((one) => isObject(one) && isObject(one.when) && isObject(one.axes)),
    "conditions",
    'a list of {"when": {…}, "axes": {…}}',
  );
  need(isList(exclude) && exclude.every(isObject), "exclude", "a list of objects with fields of the spec");
  if (halving !== undefined) checkHalving(halving);
  return value as unknown as Grid;
}

function checkHalving(halving: unknown): void {
  need(isObject(halving), "halving", 'an object {"metric": "loss", "at": [10, 20], "keep": 0.5}');
  const { metric, at, keep = 0.5, ...more } = halving as { [field: string]: unknown };
  need(Object.keys(more).length === 0, "halving", "an object of metric, at and keep");
  need(
    halvingMetrics.some((name) => name === metric),
    "halving.metric",
    `one of ${halvingMetrics.join(", ")}`,
  );
  need(
    isList(at) && at.length > 0 &&
      at.every((step, i) => Number.isInteger(step) && Number(step) > Number(at[i - 1] ?? 0)),
    "halving.at",
    "a list of steps, each greater than the one before",
  );
  need(typeof keep === "number" && keep > 0 && keep < 1, "halving.keep", "a share between 0 and 1");
}

function need(holds: boolean, field: string, what: string): void {
  if (!holds) throw new UsageError(`the grid's ${field} must be ${what}`);
}

function isObject(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
