import type { JudgeReply, TokenUsage } from "./judge.ts";
import type { JudgeRequest } from "./judge_requests.ts";
import { readRating } from "./read_rating.ts";
import { readWinner } from "./read_winner.ts";

/** What a judge said about one turn of one question: a line of the per-example file. */
export interface Judgement {
  /** `81/2`; of pairs, `81/2/ab` or `81/2/ba`. */
  readonly id: string;
  readonly category: string;
  readonly turn: 1 | 2;
  /** Of pairs: `ab` where our answers stood as A, `ba` where they stood as B; null for a grade. */
  readonly order: "ab" | "ba" | null;
  /** The name of the published prompt. */
  readonly judge_prompt: string;
  /** What the judge was asked. */
  readonly prompt: string;
  /** What it said. */
  readonly output: string;
  /** What was read out of that: a rating in digits, or of a pair A, B or C; null where there is none. */
  readonly extracted: string | null;
  /** The reference answer that the judge was shown, if it was. */
  readonly gold: string | null;
  readonly verdict: Verdict;
  /** Why the judge's words end where they do, where it was told. */
  readonly finish: string | null;
  readonly usage: TokenUsage | null;
}

/** A rating from 1 to 10; or which answers are better, with the places undone; or null where the judge said neither. */
export type Verdict = number | "ours" | "theirs" | "tie" | null;

/** A judge's reply as a line of the file. */
export function judgement(request: JudgeRequest, { text, finish, usage }: JudgeReply): Judgement {
  const { id, question: { category, reference }, turn, order, prompt, messages } = request;
  return {
    ...{ id, category, turn, order, judge_prompt: prompt },
    prompt: messages.map(({ content }) => content).join("\n\n"),
    output: text,
    ...readVerdict(text, order),
    gold: reference?.[turn - 1] ?? null,
    ...{ finish, usage },
  };
}

/** What a judge's words come to. */
export function readVerdict(
  output: string,
  order: Judgement["order"],
): Pick<Judgement, "extracted" | "verdict"> {
  if (order === null) {
    const rating = readRating(output);
    return { extracted: rating === null ? null : String(rating), verdict: rating };
  }
  const winner = readWinner(output);
  if (winner === null) return { extracted: null, verdict: null };
  const verdict = winner === "C" ? "tie" : (winner === "A") === (order === "ab") ? "ours" : "theirs";
  return { extracted: winner, verdict };
}
