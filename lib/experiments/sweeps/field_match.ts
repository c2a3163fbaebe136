import type { AxisValue } from "./axis.ts";

/** What specs must have: for each field a value, a list of values, or bounds (both belong to them). */
export interface FieldMatch {
  readonly [field: string]: AxisValue | readonly AxisValue[] | {
    readonly min?: number;
    readonly max?: number;
  };
}

/**
 * Whether an object has what is asked for in every field.
 *
 * @example
 * ```ts
 * import { matchesFields } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const spec = { method: "inttune", rank: 4 };
 * assert.ok(matchesFields(spec, { method: ["nlora", "inttune"], rank: { max: 4 } }));
 * assert.ok(!matchesFields(spec, { rank: { min: 8 } }));
 * ```
 */
export function matchesFields(object: object, match: FieldMatch): boolean {
  return Object.entries(match).every(([field, asked]) => {
    const value = (object as { [field: string]: unknown })[field];
    if (Array.isArray(asked)) return asked.some((one) => same(one, value)) || same(asked, value);
    if (typeof asked !== "object" || asked === null) return same(asked, value);
    const { min = -Infinity, max = Infinity } = asked as { min?: number; max?: number };
    return typeof value === "number" && value >= min && value <= max;
  });
}

function same(a: unknown, b: unknown): boolean {
  return a === b || typeof a === "object" && a !== null && JSON.stringify(a) === JSON.stringify(b);
}
