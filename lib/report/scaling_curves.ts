import { type Curve, curves } from "./curves.ts";
import type { Figure } from "./plotly.ts";
import { powerLaw } from "./power_law.ts";

/**
 * How costs grow with a size: {@linkcode curves}, each with the exponent of its {@linkcode powerLaw} in its name.
 *
 * @param sizes on the x axis, two or more
 * @param costs by name, one for each size
 * @throws UsageError as {@linkcode powerLaw} does
 *
 * @example
 * ```ts
 * import { scalingCurves } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const labels = { title: "Time", x: "n", y: "ms" };
 * assert.match(scalingCurves([128, 256], { SVD: [1, 8] }, labels).alternative, /SVD: n\^3\.0 from 1 at 128/);
 * ```
 */
export function scalingCurves(
  sizes: readonly number[],
  costs: { readonly [name: string]: readonly number[] },
  labels: { readonly title: string; readonly x: string; readonly y: string },
): Figure {
  const lines = Object.entries(costs).map(([name, y]): [string, Curve] => [
    `${name}: n^${powerLaw(sizes, y).exponent.toFixed(1)}`,
    { x: sizes, y },
  ]);
  return curves(Object.fromEntries(lines), labels);
}
