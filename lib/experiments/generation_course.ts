import { evaluate, type EvaluatedExample } from "../evaluation/evaluate.ts";
import { findTask } from "../evaluation/tasks.ts";
import type { JsonLinesLog } from "../formats/json_lines_log.ts";
import { loadModel } from "../models/load_model.ts";
import { train } from "../training/train.ts";
import { UsageError } from "../usage_error.ts";
import type { Course } from "./course.ts";
import type { Spec } from "./spec.ts";

/**
 * A decoder that learns to answer a task's questions.
 *
 * @throws UsageError for an unknown task, a choice of splits, or data that are missing or broken
 */
export async function generationCourse(spec: Spec, data: string | undefined): Promise<Course> {
  const task = findTask(spec.task);
  if (spec.train_split !== null || spec.eval_splits !== null || spec.train_draw) {
    throw new UsageError(
      `${task.name} has its own splits, taken from their start; leave train_split, eval_splits and train_draw out`,
    );
  }
  const examples = (split: "train" | "test", limit: number | "all") =>
    task.load({ split, seed: spec.seed, ...limit !== "all" && { limit }, ...data !== undefined && { data } });
  const trainExamples = await examples("train", spec.train_limit || "all");
  const testExamples = spec.eval_limit === 0 ? [] : await examples("test", spec.eval_limit);
  const pairs = trainExamples.map(({ question, response }) => ({
    prompt: task.trainingPrompt(question),
    response,
  }));
  return {
    trainExamples,
    testExamples,
    newHead: false,
    async load(options) {
      const model = await loadModel(spec.model, options);
      return {
        model,
        train: (adapter, options) => train(model, adapter, pairs, options),
        score: async ({ log, ...options }) => {
          const evaluation = await evaluate(model, task, testExamples, {
            ...options,
            ...log && { log: log as JsonLinesLog<EvaluatedExample> }, // whose lines an evaluation of the same task wrote
          });
          const outputs = evaluation.examples.map(({ correct }) => Number(correct));
          return { ...evaluation, judged: { outputs, gold: outputs.map(() => 1) } };
        },
      };
    },
  };
}
