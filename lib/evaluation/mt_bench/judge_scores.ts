import type { TokenUsage } from "./judge.ts";
import type { Judgement, Verdict } from "./judgement.ts";

/** What judgements come to. */
export interface JudgeScores {
  /** `rating`, from 1 to 10, or of pairs `win rate`, from 0 to 1, in which a tie counts half. */
  readonly metric: "rating" | "win rate";
  /** Of all; not a number where nothing could be read. */
  readonly value: number;
  /** How many ratings, or pairs of verdicts, that is the mean of. */
  readonly n: number;
  /** Judgements out of which nothing could be read. They are left out of the means. */
  readonly missing: number;
  /** By turn: `first`, `second`. */
  readonly turns: { readonly [turn: string]: number };
  /** By category, both turns together. */
  readonly categories: { readonly [category: string]: number };
  /** Of pairs. */
  readonly games?: PairGames;
  /** Tokens that the judge read and wrote, as far as it told. */
  readonly usage: TokenUsage;
}

/** How pairs came out: each turn of each question is one game, judged in both orders. */
export interface PairGames {
  readonly wins: number;
  readonly losses: number;
  /** Of these, `inconsistent` are such because the two orders disagree. */
  readonly ties: number;
  readonly inconsistent: number;
}

/**
 * The scores of judgements, all of them grades or all of them of pairs.
 *
 * A grade's score is the mean of the ratings that could be read, over turns and questions. A pair is won where the judge prefers
 * the same answers in both orders, and a tie where it does not (Zheng et al. 2023, 3.4); one whose orders do not both have
 * a verdict is left out.
 *
 * @example
 * ```ts
 * import { judgeScores } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const line = { category: "math", order: null, usage: null } as const;
 * const { value, missing } = judgeScores([
 *   { ...line, id: "111/1", turn: 1, verdict: 7 }, { ...line, id: "111/2", turn: 2, verdict: 4 },
 *   { ...line, id: "112/1", turn: 1, verdict: null },
 * ]);
 * assert.deepEqual([value, missing], [5.5, 1]);
 * ```
 */
export function judgeScores(judgements: readonly ScoredJudgement[]): JudgeScores {
  const pairs = judgements.some(({ order }) => order !== null);
  const scored = pairs ? pairResults(judgements) : judgements.flatMap(gradeOf);
  return {
    metric: pairs ? "win rate" : "rating",
    value: mean(scored),
    n: scored.length,
    missing: judgements.filter(({ verdict }) => verdict === null).length,
    turns: meansBy(scored, ({ turn }) => turn === 1 ? "first" : "second"),
    categories: meansBy(scored, ({ category }) => category),
    ...pairs && { games: gamesOf(scored) },
    usage: {
      input: sum(judgements.map(({ usage }) => usage?.input ?? 0)),
      output: sum(judgements.map(({ usage }) => usage?.output ?? 0)),
    },
  };
}

/** What scoring takes of a judgement. */
export type ScoredJudgement = Pick<Judgement, "id" | "category" | "turn" | "order" | "verdict" | "usage">;

interface Scored {
  readonly category: string;
  readonly turn: 1 | 2;
  readonly score: number;
  readonly inconsistent?: boolean;
}

function gradeOf({ category, turn, verdict }: ScoredJudgement): Scored[] {
  return typeof verdict === "number" ? [{ category, turn, score: verdict }] : [];
}

function pairResults(judgements: readonly ScoredJudgement[]): Scored[] {
  const game = ({ id }: ScoredJudgement) => id.slice(0, id.lastIndexOf("/"));
  return [...Map.groupBy(judgements, game).values()].flatMap((both) => {
    const verdicts = both.map(({ verdict }) => verdict);
    if (verdicts.length !== 2 || verdicts.includes(null)) return [];
    const inconsistent = verdicts[0] !== verdicts[1];
    const score = inconsistent ? 0.5 : pointsOf(verdicts[0]!);
    return [{ category: both[0]!.category, turn: both[0]!.turn, score, inconsistent }];
  });
}

function pointsOf(verdict: Verdict): number {
  return verdict === "ours" ? 1 : verdict === "theirs" ? 0 : 0.5;
}

function gamesOf(scored: readonly Scored[]): PairGames {
  const count = (points: number) => scored.filter(({ score }) => score === points).length;
  const inconsistent = scored.filter((game) => game.inconsistent).length;
  return { wins: count(1), losses: count(0), ties: count(0.5), inconsistent };
}

function meansBy(scored: readonly Scored[], key: (one: Scored) => string): { [key: string]: number } {
  return Object.fromEntries([...Map.groupBy(scored, key)].map(([name, ones]) => [name, mean(ones)]));
}

function mean(scored: readonly Scored[]): number {
  return sum(scored.map(({ score }) => score)) / scored.length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
