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
  if (spec.train_split !== null || spec.eval_splits !== null) {
    throw new UsageError(`${task.name} has its own splits; leave train_split and eval_splits out`);
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
        score: ({ log, ...options }) =>
          evaluate(model, task, testExamples, {
            ...options,
            ...log && { log: log as JsonLinesLog<EvaluatedExample> }, // whose lines an evaluation of the same task wrote
          }),
      };
    },
  };
}
