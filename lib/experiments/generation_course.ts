import { evaluate, type EvaluatedExample } from "../evaluation/evaluate.ts";
import { findTask, type Task } from "../evaluation/tasks.ts";
import type { JsonLinesLog } from "../formats/json_lines_log.ts";
import { loadModel } from "../models/load_model.ts";
import type { Example } from "../text/example.ts";
import { loadInstructions } from "../text/instructions.ts";
import { alpacaPrompt } from "../text/prompts.ts";
import { train } from "../training/train.ts";
import { UsageError } from "../usage_error.ts";
import type { Course, CourseTest } from "./course.ts";
import type { Spec } from "./spec.ts";

/** Sequences that are generated at once: a step for 32 takes hardly longer than one for 16. */
const answeredAtOnce = 32;

interface GenerationTest extends CourseTest {
  readonly examples: readonly Example[];
}

/**
 * A decoder that learns to answer a task's questions, or instructions, and is scored on one task or several.
 *
 * @throws UsageError for an unknown task, a choice of splits, or data that are missing or broken
 */
export async function generationCourse(spec: Spec, data: string | undefined): Promise<Course> {
  if (spec.train_split !== null || spec.eval_splits !== null || spec.train_draw) {
    throw new UsageError(
      `${spec.task} has its own splits, taken from their start; leave train_split, eval_splits and train_draw out`,
    );
  }
  if (spec.task !== "mt-bench") findTask(spec.task);
  else if (spec.train_set === null || spec.eval_limit !== 0) {
    throw new UsageError(
      "mt-bench has no examples to learn and is scored by a judge after training (nlora judge): give train_set, and eval_limit 0",
    );
  }
  const trainExamples = await examplesToLearn(spec, data);
  const tests = await examplesToAnswer(spec, data);
  const prompt = spec.train_set === null ? findTask(spec.task).trainingPrompt : alpacaPrompt;
  const pairs = trainExamples.map(({ question, response }) => ({ prompt: prompt(question), response }));
  return {
    trainExamples,
    tests,
    newHead: false,
    async load(options) {
      const model = await loadModel(spec.model, options);
      return {
        model,
        train: (adapter, options) => train(model, adapter, pairs, options),
        score: async (test, { log, ...options }) => {
          const { examples } = test as GenerationTest; // which is one of the course's
          const evaluation = await evaluate(model, taskOf(test.task, spec), examples, {
            ...options,
            batch: answeredAtOnce,
            ...log && { log: log as JsonLinesLog<EvaluatedExample> }, // whose lines an evaluation of the same task wrote
          });
          const outputs = evaluation.examples.map(({ correct }) => Number(correct));
          return { ...evaluation, judged: { outputs, gold: outputs.map(() => 1) } };
        },
      };
    },
  };
}

function examplesToLearn(
  { task, train_set, train_limit, seed }: Spec,
  data: string | undefined,
): Promise<Example[]> {
  const source = { ...train_limit > 0 && { limit: train_limit }, ...data !== undefined && { data } };
  return train_set === null
    ? findTask(task).load({ split: "train", seed, ...source })
    : loadInstructions(train_set, source);
}

async function examplesToAnswer(
  { task, eval_also, eval_limit, seed }: Spec,
  data: string | undefined,
): Promise<GenerationTest[]> {
  const source = { ...eval_limit !== "all" && { limit: eval_limit }, ...data !== undefined && { data } };
  const tests: GenerationTest[] = [];
  if (eval_limit === 0) return tests;
  for (const { name, load } of [task, ...eval_also].map(findTask)) {
    tests.push({ task: name, examples: await load({ split: "test", seed, ...source }) });
  }
  return tests;
}

function taskOf(name: string, { max_new_tokens }: Spec): Task {
  const task = findTask(name);
  return { ...task, maxNewTokens: max_new_tokens || task.maxNewTokens };
}
