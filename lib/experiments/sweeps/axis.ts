import { UsageError } from "../../usage_error.ts";

/** What a field of a spec takes on an axis. */
export type AxisValue = string | number | boolean | null | readonly string[];

/**
 * The values of one field: one, a list of them, the numbers of a range (both ends, by `step`, by default 1), or those of a range on a
 * logarithmic scale: by factors of `base`, or `count` of them with both ends.
 */
export type Axis =
  | string
  | number
  | boolean
  | null
  | readonly AxisValue[]
  | { readonly range: readonly [number, number]; readonly step?: number }
  | { readonly log_range: readonly [number, number]; readonly base?: number; readonly count?: number };

/** What a field may take at most, so that a slip of the pen does not fill the memory. */
const most = 10_000;

/**
 * The values of an axis, in order.
 *
 * @throws UsageError for an axis that is empty or not of these forms
 *
 * @example
 * ```ts
 * import { axisValues } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(axisValues("rank", { log_range: [1, 128], base: 2 }), [1, 2, 4, 8, 16, 32, 64, 128]);
 * assert.deepEqual(axisValues("learning_rate", { log_range: [1e-4, 1e-2], count: 3 }), [1e-4, 1e-3, 1e-2]);
 * assert.deepEqual(axisValues("seed", { range: [0, 2] }), [0, 1, 2]);
 * ```
 */
export function axisValues(field: string, axis: Axis): AxisValue[] {
  if (Array.isArray(axis)) {
    if (axis.length === 0) throw new UsageError(`axis ${field} is an empty list; give it values`);
    return [...axis];
  }
  if (typeof axis !== "object" || axis === null) return [axis as AxisValue];
  if ("range" in axis) return range(field, axis);
  if ("log_range" in axis) return logRange(field, axis);
  throw new UsageError(
    `axis ${field} is ${
      JSON.stringify(axis)
    }; give a value, a list, {"range": [from, to]} or {"log_range": [from, to]}`,
  );
}

function range(field: string, { range, step = 1 }: Extract<Axis, { range: unknown }>): number[] {
  const [from, to] = ends(field, range);
  if (!(step > 0)) throw new UsageError(`axis ${field} has the step ${step}; give one above 0`);
  return numbers(field, Math.floor((to - from) / step + 1e-9) + 1, (i) => from + i * step);
}

function logRange(
  field: string,
  { log_range, base, count }: Extract<Axis, { log_range: unknown }>,
): number[] {
  const [from, to] = ends(field, log_range);
  if (!(from > 0)) throw new UsageError(`axis ${field} is logarithmic from ${from}; begin above 0`);
  if ((base === undefined) === (count === undefined)) {
    throw new UsageError(
      `axis ${field} is logarithmic; give its base (2 doubles) or the count of its values, one of the two`,
    );
  }
  if (count !== undefined) {
    if (!(Number.isInteger(count) && count >= 1 && (count > 1 || from === to))) {
      throw new UsageError(`axis ${field} has the count ${count}; give a whole number from 2`);
    }
    return numbers(field, count, (i) => count === 1 ? from : from * (to / from) ** (i / (count - 1)));
  }
  if (!(base! > 1)) throw new UsageError(`axis ${field} has the base ${base}; give one above 1`);
  const length = Math.floor(Math.log(to / from) / Math.log(base!) + 1e-9) + 1;
  return numbers(field, length, (i) => from * base! ** i);
}

function ends(field: string, given: unknown): readonly [number, number] {
  const [from, to] = Array.isArray(given) && given.length === 2 ? given : [];
  if (!(Number.isFinite(from) && Number.isFinite(to) && from <= to)) {
    throw new UsageError(
      `axis ${field} has the range ${JSON.stringify(given)}; give two numbers, the smaller one first`,
    );
  }
  return [from, to];
}

/** Rounded to 12 digits: 0.1 + 0.2 is 0.3 here. */
function numbers(field: string, length: number, at: (index: number) => number): number[] {
  if (length > most) throw new UsageError(`axis ${field} has ${length} values; at most ${most} are taken`);
  return Array.from({ length }, (_, i) => Number(at(i).toPrecision(12)));
}
