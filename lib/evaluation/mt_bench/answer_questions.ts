import type { JsonLinesLog } from "../../formats/json_lines_log.ts";
import type { ChatMessage } from "../../text/render_chat.ts";
import { encodePrompt } from "../../text/encode_prompt.ts";
import { UsageError } from "../../usage_error.ts";
import { generate } from "../generate.ts";
import type { Generative } from "../generate_options.ts";
import { type ConversationForm, conversationPrompt, conversationStops } from "./conversation_prompt.ts";
import { answerTemperature, type MtBenchQuestion } from "./mt_bench.ts";
import type { Answers } from "./judge_requests.ts";

/** An answer to one turn of a question: a line of the file of answers, which `readAnswers` reads. */
export interface Answer {
  /** `81/2`, the question and the turn. */
  readonly id: string;
  readonly question_id: number;
  readonly category: string;
  readonly turn: 1 | 2;
  /** The conversation as the model read it. */
  readonly prompt: string;
  readonly output: string;
  /** Why it ended. */
  readonly finish: string;
  readonly temperature: number;
}

/** How to answer. */
export interface AnswerOptions {
  readonly form: ConversationForm;
  /** Of each answer; by default 1024, as published. */
  readonly maxNewTokens?: number;
  /** By default as published: 0.7 for writing and roleplay, 0.1 for stem and humanities, and 0, the likeliest token, in the others. */
  readonly temperature?: number;
  /** Of what is drawn; each turn has a stream of random numbers of its own. By default 0. */
  readonly seed?: number;
  /** Sequences generated at once; by default 16. */
  readonly batch?: number;
  /** Where each answer goes as soon as it is there; what is answered there already is not asked again. */
  readonly log?: JsonLinesLog<Answer>;
  /** Told after each answer, with how many there are of how many turns. */
  readonly onAnswer?: (answered: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Has a model answer MT-Bench's questions, first all first turns, then the second ones in view of its first answers. An interrupt
 * leaves answers out.
 *
 * @returns the questions of which both turns are answered
 * @throws UsageError where a prompt leaves no room for an answer in the model's context
 */
export async function answerQuestions(
  model: Generative,
  questions: readonly MtBenchQuestion[],
  options: AnswerOptions,
): Promise<Answers> {
  const answered = new Map(options.log?.earlier.map((answer) => [answer.id, answer]));
  for (const turn of [1, 2] as const) {
    const open = questions.filter(({ id }) =>
      !answered.has(`${id}/${turn}`) && (turn === 1 || answered.has(`${id}/1`))
    );
    const temperature = ({ category }: MtBenchQuestion) => options.temperature ?? answerTemperature(category);
    for (const [heat, group] of Map.groupBy(open, temperature)) {
      await answerTurn(model, group, turn, heat, options, async (answer) => {
        await options.log?.append(answer);
        answered.set(answer.id, answer);
        options.onAnswer?.(answered.size, 2 * questions.length);
      }, answered);
    }
  }
  return new Map(questions.flatMap(({ id }) => {
    const [first, second] = [1, 2].map((turn) => answered.get(`${id}/${turn}`)?.output.trim());
    return first === undefined || second === undefined ? [] : [[id, [first, second]]];
  }));
}

async function answerTurn(
  model: Generative,
  questions: readonly MtBenchQuestion[],
  turn: 1 | 2,
  temperature: number,
  { form, maxNewTokens = 1024, seed = 0, batch = 16, signal }: AnswerOptions,
  keep: (answer: Answer) => Promise<void>,
  answered: ReadonlyMap<string, Answer>,
): Promise<void> {
  const { tokenizer, config } = model;
  const prompts = questions.map(({ id, turns: [first, second] }) => {
    const messages: ChatMessage[] = [{ role: "user", content: first }];
    if (turn === 2) {
      messages.push({ role: "assistant", content: answered.get(`${id}/1`)!.output.trim() });
      messages.push({ role: "user", content: second });
    }
    return conversationPrompt(tokenizer, form, messages);
  });
  const limits = prompts.map((prompt, i) => {
    const room = config.max_position_embeddings - encodePrompt(tokenizer, prompt).length;
    if (room >= 1) return Math.min(maxNewTokens, room);
    throw new UsageError(
      `question ${questions[i]!.id}, turn ${turn} with what went before fills the model's context of ` +
        `${config.max_position_embeddings} tokens; give a smaller --max-new-tokens, and another --out`,
    );
  });
  const failed = new AbortController();
  const keeping: Promise<void>[] = [];
  await generate(model, prompts, {
    ...{ maxNewTokens: limits, temperature, seed, batch },
    streams: questions.map(({ id }) => `${id}/${turn}`),
    stop: conversationStops(form),
    onFinish: ({ text, finish }, index) => {
      if (finish === "interrupted") return;
      const { id, category } = questions[index]!;
      const of = { id: `${id}/${turn}`, question_id: id, category, turn };
      const work = keep({ ...of, prompt: prompts[index]!, output: text, finish, temperature });
      work.catch(() => failed.abort());
      keeping.push(work);
    },
    signal: signal ? AbortSignal.any([signal, failed.signal]) : failed.signal,
  });
  await Promise.all(keeping);
}
