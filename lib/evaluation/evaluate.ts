import type { Example } from "../text/example.ts";
import { type Completion, generate, type Generative } from "./generate.ts";
import type { Task } from "./tasks.ts";

/** One example as it was put, answered and judged: a line of the per-example file. */
export interface EvaluatedExample {
  readonly id: string;
  readonly prompt: string;
  readonly output: string;
  readonly extracted: string | null;
  readonly gold: string;
  readonly correct: boolean;
}

/** The score of a model on a task. */
export interface Evaluation {
  readonly metric: string;
  /** Share of correct outputs, from 0 to 1. */
  readonly value: number;
  readonly n: number;
  readonly examples: readonly EvaluatedExample[];
}

/**
 * Puts a task's questions to a model, greedily, and scores what it writes.
 * An interrupt leaves out the examples that were not finished.
 *
 * @param onExample told after each finished example, with how many are finished
 */
export async function evaluate(
  model: Generative,
  task: Task,
  examples: readonly Example[],
  { batch = 16, onExample, signal }: {
    batch?: number;
    onExample?: (finished: number, total: number) => void;
    signal?: AbortSignal;
  } = {},
): Promise<Evaluation> {
  let finished = 0;
  const prompts = examples.map((example) => task.evaluationPrompt(example.question));
  const completions = await generate(model, prompts, {
    maxNewTokens: task.maxNewTokens,
    stop: task.stop,
    ...task.done && { done: task.done },
    batch,
    onFinish: () => onExample?.(++finished, examples.length),
    ...signal && { signal },
  });
  const judged = examples.flatMap((example, i) => judge(task, example, prompts[i]!, completions[i]!));
  const value = judged.filter((example) => example.correct).length / Math.max(1, judged.length);
  return { metric: task.metric, value, n: judged.length, examples: judged };
}

function judge(task: Task, example: Example, prompt: string, completion: Completion): EvaluatedExample[] {
  if (completion.finish === "interrupted") return [];
  const { extracted, gold, correct } = task.score(completion.text, example.gold);
  return [{ id: example.id, prompt, output: completion.text, extracted, gold, correct }];
}
