import { evaluateGlue } from "../evaluation/evaluate_glue.ts";
import { type GlueTask, loadGlue } from "../evaluation/glue.ts";
import { loadClassifier } from "../models/load_model.ts";
import { trainClassifier } from "../training/train_classifier.ts";
import type { Course } from "./course.ts";
import type { Spec } from "./spec.ts";

/**
 * An encoder with a new head that learns a task of GLUE.
 *
 * @throws UsageError for data that are missing or broken
 */
export async function classificationCourse(
  task: GlueTask,
  { model: name, length, train_split, eval_splits, train_limit, eval_limit }: Spec,
  data: string | undefined,
): Promise<Course> {
  const examples = (splits: readonly string[], limit: number | "all") =>
    loadGlue(task, splits, { ...limit !== "all" && { limit }, ...data !== undefined && { data } });
  const trainExamples = await examples([train_split ?? "train"], train_limit || "all");
  const testExamples = eval_limit === 0 ? [] : await examples(eval_splits ?? task.evalSplits, eval_limit);
  return {
    trainExamples,
    testExamples,
    newHead: true,
    async load(options) {
      const model = await loadClassifier(name, { ...options, labels: task.classes?.length ?? 1 });
      return {
        model,
        train: (adapter, options) => trainClassifier(model, adapter, trainExamples, options),
        score: async ({ log, ...options }) => {
          const evaluation = await evaluateGlue(model, task, testExamples, { length, ...options });
          const there = new Set(log?.earlier.map(({ id }) => id));
          for (const example of evaluation.examples) if (!there.has(example.id)) await log?.append(example);
          return evaluation;
        },
      };
    },
  };
}
