import { type ColumnTable, table } from "arquero";
import type { JudgeScores } from "../evaluation/mt_bench/judge_scores.ts";
import type { Figure } from "./plotly.ts";
import { radarChart } from "./radar_chart.ts";

/** Scores of MT-Bench by the names of what was judged. */
export type NamedScores = { readonly [name: string]: JudgeScores };

/**
 * MT-Bench's scores as a table: a row for each category, for each turn, and for all; a column for each of what was judged; and
 * how many judgements could not be read.
 *
 * @example
 * ```ts
 * import { judgeScores, judgeTable } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const scores = judgeScores([
 *   { id: "111/1", category: "math", turn: 1, order: null, verdict: 7, usage: null },
 *   { id: "111/2", category: "math", turn: 2, order: null, verdict: 4, usage: null },
 * ]);
 * assert.deepEqual(judgeTable({ LoRA: scores }).objects(), [
 *   { "of": "math", "LoRA": 5.5 },
 *   { "of": "first turn", "LoRA": 7 },
 *   { "of": "second turn", "LoRA": 4 },
 *   { "of": "all", "LoRA": 5.5 },
 *   { "of": "unreadable", "LoRA": 0 },
 * ]);
 * ```
 */
export function judgeTable(scores: NamedScores): ColumnTable {
  const all = Object.values(scores);
  const keys = (
    read: (one: JudgeScores) => object,
  ) => [...new Set(all.flatMap((one) => Object.keys(read(one))))];
  const rows: [of: string, value: (one: JudgeScores) => number | undefined][] = [
    ...keys((one) => one.categories).map((
      name,
    ): typeof rows[number] => [name, (one) => one.categories[name]]),
    ...keys((one) => one.turns).map((
      name,
    ): typeof rows[number] => [`${name} turn`, (one) => one.turns[name]]),
    ["all", (one) => one.value],
    ["unreadable", (one) => one.missing],
  ];
  return table({
    of: rows.map(([of]) => of),
    ...Object.fromEntries(
      Object.entries(scores).map(([name, one]) => [name, rows.map(([, value]) => value(one) ?? null)]),
    ),
  });
}

/** MT-Bench's scores by category, a polygon for each of what was judged. All are ratings, or all are win rates. */
export function judgeRadar(scores: NamedScores): Figure {
  const values = Object.fromEntries(
    Object.entries(scores).map(([name, { categories }]) => [name, categories]),
  );
  const metric = Object.values(scores)[0]?.metric ?? "rating";
  return radarChart(values, {
    title: "MT-Bench",
    axis: metric,
    range: metric === "rating" ? [0, 10] : [0, 1],
  });
}
