import { evaluateGlue, type JudgedText } from "../evaluation/evaluate_glue.ts";
import { type GlueTask, loadGlue } from "../evaluation/glue.ts";
import type { JsonLinesLog } from "../formats/json_lines_log.ts";
import { loadClassifier } from "../models/load_model.ts";
import { Random } from "../tensor/random.ts";
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
  { model: name, length, train_split, eval_splits, train_limit, train_draw, eval_limit, seed }: Spec,
  data: string | undefined,
): Promise<Course> {
  const examples = (splits: readonly string[], limit: number | "all") =>
    loadGlue(task, splits, { ...limit !== "all" && { limit }, ...data !== undefined && { data } });
  const trainSplit = [train_split ?? "train"];
  const trainExamples = train_draw && train_limit > 0
    ? drawn(await examples(trainSplit, "all"), train_limit, new Random(seed).fork("train examples"))
    : await examples(trainSplit, train_limit || "all");
  const testExamples = eval_limit === 0 ? [] : await examples(eval_splits ?? task.evalSplits, eval_limit);
  return {
    trainExamples,
    tests: testExamples.length === 0 ? [] : [{ task: task.name, examples: testExamples }],
    newHead: true,
    async load(options) {
      const model = await loadClassifier(name, { ...options, labels: task.classes?.length ?? 1 });
      return {
        model,
        train: (adapter, options) => trainClassifier(model, adapter, trainExamples, options),
        score: async (_, { log, ...options }) => {
          const evaluation = await evaluateGlue(model, task, testExamples, {
            length,
            ...options,
            ...log && { log: log as JsonLinesLog<JudgedText> }, // whose lines an evaluation of the same task wrote
          });
          const numbers = (field: "output" | "gold") =>
            evaluation.examples.map((example) => Number(example[field]));
          return { ...evaluation, judged: { outputs: numbers("output"), gold: numbers("gold") } };
        },
      };
    },
  };
}

/** Some of a list by chance, in their order; all where there are not so many. */
function drawn<T>(list: readonly T[], count: number, random: Random): readonly T[] {
  if (count >= list.length) return list;
  const places = random.shuffle(list.map((_, i) => i)).slice(0, count).sort((a, b) => a - b);
  return places.map((i) => list[i]!);
}
