import { availableParallelism } from "node:os";
import type { JsonLinesLog } from "../formats/json_lines_log.ts";
import type { Example } from "../text/example.ts";
import { generate } from "./generate.ts";
import type { Generative } from "./generate_options.ts";
import { limitConcurrency } from "./limit_concurrency.ts";
import type { Task } from "./tasks.ts";

/** One example as it was put, answered and judged: a line of the per-example file, which `scorePredictions` reads too. */
export interface EvaluatedExample {
  readonly id: string;
  readonly prompt: string;
  readonly output: string;
  /** What the scorer read out of the output; null when there was nothing to read. */
  readonly extracted: string | null;
  /** The expected result in the data set's own form. */
  readonly gold: string;
  /** The expected result in the form of what was extracted. */
  readonly expected: string;
  readonly correct: boolean;
}

/** The score of a model on a task. */
export interface Evaluation {
  readonly metric: string;
  /** Share of correct outputs, from 0 to 1. */
  readonly value: number;
  /** Of several samples of each problem, pass@k for several k. */
  readonly metrics?: { readonly [metric: string]: number };
  readonly n: number;
  readonly examples: readonly EvaluatedExample[];
}

/** How to evaluate. */
export interface EvaluateOptions {
  /** Sequences generated at once; by default 16. */
  readonly batch?: number;
  /** 0, the default, takes the likeliest token each time; above 0 tokens are drawn. */
  readonly temperature?: number;
  /** Of what is drawn, for each example by its id. */
  readonly seed?: number;
  /** Where each example goes as soon as it is judged; those that are there already are not put again. */
  readonly log?: JsonLinesLog<EvaluatedExample>;
  /** Told after each judged example, with how many are. */
  readonly onExample?: (judged: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Puts a task's questions to a model and scores what it writes, each output as soon as it is finished.
 * An interrupt leaves out the examples that were not finished.
 */
export async function evaluate(
  model: Generative,
  task: Task,
  examples: readonly Example[],
  { batch = 16, temperature = 0, seed = 0, log, onExample, signal }: EvaluateOptions = {},
): Promise<Evaluation> {
  const judged = new Map(log?.earlier.map((example) => [example.id, example]));
  const open = examples.filter(({ id }) => !judged.has(id));
  const prompts = open.map((example) => task.evaluationPrompt(example.question));
  const limited = limitConcurrency(availableParallelism());
  const failed = new AbortController();
  const judging: Promise<void>[] = [];
  const judge = async (index: number, output: string) => {
    const { id, gold } = open[index]!;
    const verdict = await task.score(output, gold);
    const { extracted, correct, gold: expected } = verdict;
    const example = { id, prompt: prompts[index]!, output, extracted, gold, expected, correct };
    await log?.append(example);
    judged.set(id, example);
    onExample?.(examples.length - open.length + ++finished, examples.length);
  };
  let finished = 0;
  await generate(model, prompts, {
    maxNewTokens: task.maxNewTokens,
    stop: task.stop,
    ...task.done && { done: task.done },
    batch,
    temperature,
    seed,
    streams: open.map(({ id }) => id),
    onFinish: ({ finish, text }, index) => {
      if (finish === "interrupted") return;
      const work = limited(() => judge(index, text));
      work.catch(() => failed.abort());
      judging.push(work);
    },
    signal: signal ? AbortSignal.any([signal, failed.signal]) : failed.signal,
  });
  await Promise.all(judging);
  const found = examples.flatMap(({ id }) => judged.get(id) ?? []);
  const value = found.filter((example) => example.correct).length / Math.max(1, found.length);
  return { metric: task.metric, value, ...task.total?.(found), n: found.length, examples: found };
}
