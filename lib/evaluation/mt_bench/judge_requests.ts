import type { ChatMessage } from "../../text/render_chat.ts";
import { UsageError } from "../../usage_error.ts";
import type { JudgePrompt, MtBench, MtBenchQuestion, TwoAnswers } from "./mt_bench.ts";

/** Answers by the numbers of their questions. */
export type Answers = ReadonlyMap<number, TwoAnswers>;

/** What a judge is asked about one turn of one question. */
export interface JudgeRequest {
  /** `81/2`, the question and the turn; of pairs, `81/2/ab` or `81/2/ba`. */
  readonly id: string;
  readonly question: MtBenchQuestion;
  readonly turn: 1 | 2;
  /** Of pairs: whether the answers stand as A and those they are compared with as B, or the other way round. */
  readonly order: "ab" | "ba" | null;
  /** The name of the published prompt. */
  readonly prompt: string;
  readonly messages: readonly ChatMessage[];
}

/** What a prompt's fields stand for. */
type Texts = { readonly [field: string]: string };

const turns = [1, 2] as const;

/**
 * Single-answer grading: a request for each turn of each question. The second turn's shows both.
 *
 * @throws UsageError naming a question without an answer
 */
export function singleRequests({ questions, prompts }: MtBench, answers: Answers): JudgeRequest[] {
  return questions.flatMap((question) => {
    const [first, second] = answersTo(question, answers, "the answers");
    return turns.map((turn): JudgeRequest => {
      const { id, turns: [question_1, question_2] } = question;
      const prompt = promptFor(prompts, "single", question, turn);
      const texts: Texts = turn === 1
        ? { question: question_1, answer: first }
        : { question_1, question_2, answer_1: first, answer_2: second };
      return { id: `${id}/${turn}`, question, turn, order: null, ...filled(prompt, question, texts) };
    });
  });
}

/**
 * Comparison with other answers: two requests for each turn of each question, since judges favour places, with the answers
 * once as A and once as B.
 *
 * @throws UsageError naming a question without an answer
 */
export function pairRequests(
  { questions, prompts }: MtBench,
  answers: Answers,
  against: Answers,
): JudgeRequest[] {
  return questions.flatMap((question) => {
    const ours = answersTo(question, answers, "the answers");
    const theirs = answersTo(question, against, "the answers to compare with");
    return turns.flatMap((turn) =>
      (["ab", "ba"] as const).map((order): JudgeRequest => {
        const { id, turns: [question_1, question_2] } = question;
        const prompt = promptFor(prompts, "pair", question, turn);
        const [a, b] = order === "ab" ? [ours, theirs] : [theirs, ours];
        const texts: Texts = turn === 1 ? { question: question_1, answer_a: a[0], answer_b: b[0] } : {
          question_1,
          question_2,
          answer_a_1: a[0],
          answer_a_2: a[1],
          answer_b_1: b[0],
          answer_b_2: b[1],
        };
        return { id: `${id}/${turn}/${order}`, question, turn, order, ...filled(prompt, question, texts) };
      })
    );
  });
}

function answersTo({ id }: MtBenchQuestion, answers: Answers, whose: string): TwoAnswers {
  const found = answers.get(id);
  if (found) return found;
  throw new UsageError(
    `${whose} lack question ${id}; give both turns of every question`,
  );
}

function promptFor(
  prompts: MtBench["prompts"],
  kind: "single" | "pair",
  { reference }: MtBenchQuestion,
  turn: 1 | 2,
): JudgePrompt {
  const name = reference ? `${kind}-math-v1` : kind === "single" ? "single-v1" : "pair-v2";
  return prompts[turn === 1 ? name : `${name}-multi-turn`]!;
}

/** The prompt with its texts. Braces in the texts stay as they are. */
function filled(
  { name, system, user }: JudgePrompt,
  { reference }: MtBenchQuestion,
  texts: Texts,
): Pick<JudgeRequest, "prompt" | "messages"> {
  const all: Texts = {
    ...texts,
    ...reference && { ref_answer_1: reference[0], ref_answer_2: reference[1] },
  };
  const content = user.replace(/\{\{|\}\}|\{(\w+)\}/g, (found, field?: string) => {
    if (field === undefined) return found[0]!;
    if (Object.hasOwn(all, field)) return all[field]!;
    throw new UsageError(
      `the judge prompt ${name} asks for {${field}}; its fields are ${Object.keys(all).join(", ")}`,
    );
  });
  return { prompt: name, messages: [{ role: "system", content: system }, { role: "user", content }] };
}
