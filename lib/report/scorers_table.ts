import { type ColumnTable, table } from "arquero";
import type { ScorerComparison } from "../evaluation/compare_scorers.ts";

/**
 * How much the choice of scorer changes, one row for each file of predictions: how many there are, the share that is right as
 * published and by value, and how many only one of the two scorers takes for right.
 *
 * @example
 * ```ts
 * import { scorersTable } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const comparison = { task: "math", n: 4, published: 0.25, strict: 0.25, disagreements: [], problems: [] };
 * assert.deepEqual(scorersTable({ "before adapting": comparison }).object(), {
 *   "predictions": "before adapting", "task": "math", "n": 4, "published": 0.25, "by value": 0.25,
 *   "right only as published": 0, "right only by value": 0,
 * });
 * ```
 */
export function scorersTable(comparisons: { readonly [predictions: string]: ScorerComparison }): ColumnTable {
  const rows = Object.values(comparisons);
  const only = (scorer: "published" | "strict") =>
    rows.map(({ disagreements }) => disagreements.filter(({ right }) => right === scorer).length);
  return table({
    "predictions": Object.keys(comparisons),
    "task": rows.map(({ task }) => task),
    "n": rows.map(({ n }) => n),
    "published": rows.map(({ published }) => published),
    "by value": rows.map(({ strict }) => strict),
    "right only as published": only("published"),
    "right only by value": only("strict"),
  });
}
