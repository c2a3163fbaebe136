import assert from "node:assert/strict";
import { judgeScores } from "../../lib/evaluation/mt_bench/judge_scores.ts";
import { judgeRadar, judgeTable } from "../../lib/report/judge_figures.ts";

const line = { order: null, usage: null } as const;
const a = judgeScores([
  { ...line, id: "81/1", category: "writing", turn: 1, verdict: 8 },
  { ...line, id: "111/1", category: "math", turn: 1, verdict: 2 },
  { ...line, id: "111/2", category: "math", turn: 2, verdict: null },
]);
const b = judgeScores([{ ...line, id: "81/2", category: "writing", turn: 2, verdict: 4 }]);

Deno.test("a row for each category, turn and all; what one does not have is null", () => {
  assert.deepEqual(judgeTable({ a, b }).objects(), [
    { of: "writing", a: 8, b: 4 },
    { of: "math", a: 2, b: null },
    { of: "first turn", a: 5, b: null },
    { of: "second turn", a: null, b: 4 },
    { of: "all", a: 5, b: 4 },
    { of: "unreadable", a: 1, b: 0 },
  ]);
});

Deno.test("ratings go from 0 to 10 in the picture, win rates from 0 to 1", () => {
  const { alternative, layout } = judgeRadar({ a, b });
  assert.equal(alternative, "MT-Bench, rating from 0 to 10: a: writing 8, math 2; b: writing 4.");
  assert.deepEqual(layout.polar?.radialaxis?.range, [0, 10]);
  const games = judgeScores((["ab", "ba"] as const).map((order) => ({
    ...{ id: `81/1/${order}`, category: "writing", turn: 1, order, verdict: "ours", usage: null },
  })));
  assert.deepEqual(judgeRadar({ games }).layout.polar?.radialaxis?.range, [0, 1]);
});
