import assert from "node:assert/strict";
import type { Verdict } from "../../../lib/evaluation/mt_bench/judgement.ts";
import { judgeScores, type ScoredJudgement } from "../../../lib/evaluation/mt_bench/judge_scores.ts";

const usage = { input: 3, output: 2 };

function grade(id: number, turn: 1 | 2, category: string, verdict: Verdict): ScoredJudgement {
  return { id: `${id}/${turn}`, turn, category, order: null, verdict, usage };
}

Deno.test("the mean rating of all, by turn and by category; what has no rating is counted, not scored", () => {
  const scores = judgeScores([
    grade(81, 1, "writing", 8),
    grade(81, 2, "writing", 6),
    grade(82, 1, "writing", null),
    grade(82, 2, "writing", 1),
    { ...grade(111, 1, "math", 2.5), usage: null },
  ]);
  assert.deepEqual(scores, {
    ...{ metric: "rating", value: 17.5 / 4, n: 4, missing: 1 },
    turns: { first: 5.25, second: 3.5 },
    categories: { writing: 5, math: 2.5 },
    usage: { input: 12, output: 8 },
  });
  assert.ok(Number.isNaN(judgeScores([grade(81, 1, "writing", null)]).value));
});

function game(id: number, category: string, ab: Verdict, ba: Verdict): ScoredJudgement[] {
  return [["ab", ab] as const, ["ba", ba] as const].map(([order, verdict]) => ({
    ...{ id: `${id}/1/${order}`, turn: 1, category, order, verdict, usage: null },
  }));
}

Deno.test("a pair is won where both orders agree, a tie where not; one without both verdicts is left out", () => {
  const { metric, value, n, missing, games, categories } = judgeScores([
    ...game(1, "math", "ours", "ours"),
    ...game(2, "math", "ours", "theirs"),
    ...game(3, "math", "tie", "ours"),
    ...game(4, "stem", "tie", "tie"),
    ...game(5, "stem", "theirs", "theirs"),
    ...game(6, "stem", "ours", null),
    ...game(7, "stem", "ours", "ours").slice(1),
  ]);
  assert.deepEqual([metric, value, n, missing], ["win rate", 2.5 / 5, 5, 1]);
  assert.deepEqual(games, { wins: 1, losses: 1, ties: 3, inconsistent: 2 });
  assert.deepEqual(categories, { math: 2 / 3, stem: 0.25 });
});
