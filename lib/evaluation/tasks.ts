import { arithmeticExamples } from "../text/arithmetic.ts";
import type { Example } from "../text/example.ts";
import { loadGsm8k } from "../text/gsm8k.ts";
import { alpacaEvaluationPrompt, alpacaPrompt } from "../text/prompts.ts";
import { UsageError } from "../usage_error.ts";
import { scoreGsm8k } from "./score_gsm8k.ts";
import type { Verdict } from "./verdict.ts";

/** Which examples of a task to load. */
export interface TaskData {
  readonly split: "train" | "test";
  /** A folder that holds the data; see the task's loader for what is tried without one. */
  readonly data?: string;
  /** Examples kept, from the start; all when absent. */
  readonly limit?: number;
  /** For tasks whose examples are made, not read. */
  readonly seed?: number;
}

/** A task: its questions, how they are put to a model, and how an output is judged. */
export interface Task {
  readonly name: string;
  /** What the share of correct outputs, from 0 to 1, is called. */
  readonly metric: string;
  readonly maxNewTokens: number;
  /** Texts at which generation ends; they are not part of the output. */
  readonly stop: readonly string[];
  /** Generation also ends once the output matches; the match is part of the output. */
  readonly done?: RegExp;
  trainingPrompt(question: string): string;
  evaluationPrompt(question: string): string;
  load(data: TaskData): Promise<Example[]>;
  score(output: string, gold: string): Verdict;
}

const STOP = ["Instruction:", "Instruction", "Response:", "Response"];

/** The tasks; a new one is a row here. */
export const tasks: readonly Task[] = [
  {
    name: "gsm8k",
    metric: "accuracy",
    maxNewTokens: 512,
    stop: STOP,
    trainingPrompt: alpacaPrompt,
    evaluationPrompt: alpacaEvaluationPrompt,
    load: loadGsm8k,
    score: scoreGsm8k,
  },
  {
    name: "arithmetic",
    metric: "accuracy",
    maxNewTokens: 48,
    stop: STOP,
    done: /The answer is: .*\n/,
    trainingPrompt: alpacaPrompt,
    evaluationPrompt: alpacaPrompt,
    load: ({ split, limit = split === "train" ? 1000 : 200, seed = 0 }) =>
      Promise.resolve(arithmeticExamples({ count: limit, seed, split })),
    score: scoreGsm8k,
  },
];

/**
 * The task of that name.
 *
 * @throws UsageError listing the known names
 *
 * @example
 * ```ts
 * import { findTask } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.equal(findTask("gsm8k").maxNewTokens, 512);
 * ```
 */
export function findTask(name: string): Task {
  const task = tasks.find((task) => task.name === name);
  if (!task) {
    throw new UsageError(
      `unknown task ${JSON.stringify(name)}; choose one of ${tasks.map((task) => task.name).join(", ")}`,
    );
  }
  return task;
}
