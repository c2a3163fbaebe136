import { arithmeticExamples } from "../text/arithmetic.ts";
import type { Example } from "../text/example.ts";
import { loadGsm8k } from "../text/gsm8k.ts";
import { loadHumanEval } from "../text/human_eval.ts";
import { loadMath } from "../text/math.ts";
import { loadMbpp } from "../text/mbpp.ts";
import { alpacaEvaluationPrompt, alpacaPrompt } from "../text/prompts.ts";
import { UsageError } from "../usage_error.ts";
import { scoreGsm8k } from "./score_gsm8k.ts";
import { scoreGsm8kStrict } from "./score_gsm8k_strict.ts";
import { scoreHumanEval } from "./score_human_eval.ts";
import { scoreMath } from "./score_math.ts";
import { scoreMathStrict } from "./score_math_strict.ts";
import { scoreMbpp } from "./score_mbpp.ts";
import { passTotal } from "./samples.ts";
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
  /** Judges an output; by a promise where that takes other programs, of which a few then run at once. */
  score(output: string, gold: string): Verdict | Promise<Verdict>;
  /** Judges an output by its value, wherever the answer stands, where the task has such a scorer. */
  strictScore?(output: string, gold: string): Verdict;
  /** What all verdicts come to, by ids that tell several samples of a problem apart; without it, the share of correct outputs. */
  total?: typeof passTotal;
}

const STOP = ["Instruction:", "Instruction", "Response:", "Response"];

/** A fenced program and its end: what follows does not count. (A fence that a "p" follows may open the next one.) */
const PROGRAM = /```python[^]*?\n```[^p]/;

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
    strictScore: scoreGsm8kStrict,
  },
  {
    name: "math",
    metric: "accuracy",
    maxNewTokens: 2048,
    stop: STOP,
    trainingPrompt: alpacaPrompt,
    evaluationPrompt: alpacaEvaluationPrompt,
    load: loadMath,
    score: scoreMath,
    strictScore: scoreMathStrict,
  },
  {
    name: "humaneval",
    metric: "pass@1",
    maxNewTokens: 1024,
    stop: [],
    done: PROGRAM,
    trainingPrompt: alpacaPrompt,
    evaluationPrompt: alpacaPrompt,
    load: loadHumanEval,
    score: scoreHumanEval,
    total: passTotal,
  },
  {
    name: "mbpp",
    metric: "pass@1",
    maxNewTokens: 1024,
    stop: [],
    done: PROGRAM,
    trainingPrompt: alpacaPrompt,
    evaluationPrompt: alpacaPrompt,
    load: loadMbpp,
    score: scoreMbpp,
    total: passTotal,
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
