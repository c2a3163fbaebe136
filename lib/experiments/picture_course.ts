import { classifyPictures } from "../evaluation/classify_pictures.ts";
import { drawPictures, type PictureTask } from "../evaluation/drawn_pictures.ts";
import { accuracy } from "../evaluation/metrics/accuracy.ts";
import { loadImageClassifier } from "../models/load_model.ts";
import { trainPictures } from "../training/train_pictures.ts";
import type { Course } from "./course.ts";
import type { Spec } from "./spec.ts";

/** Pictures drawn where the spec does not say how many. */
const usualCount = { train: 512, test: 512 };

/** Of the pictures that all runs are scored on, whatever their seeds. */
const testSeed = 0;

/** An encoder of pictures with a new head that learns a task of drawn ones; the seed draws those that it learns from. */
export function pictureCourse(
  task: PictureTask,
  { model: name, train_limit, eval_limit, seed }: Spec,
): Course {
  const count = eval_limit === "all" ? usualCount.test : eval_limit;
  const trainExamples = drawPictures(task, { split: "train", count: train_limit || usualCount.train, seed });
  const testExamples = drawPictures(task, { split: "test", count, seed: testSeed });
  return {
    trainExamples,
    tests: testExamples.length === 0 ? [] : [{ task: task.name, examples: testExamples }],
    newHead: true,
    async load(options) {
      const model = await loadImageClassifier(name, { ...options, labels: task.classes.length });
      return {
        model,
        train: (adapter, options) => trainPictures(model, adapter, trainExamples, options),
        score: async (_, { onExample, signal }) => {
          const outputs = await classifyPictures(model, testExamples, {
            ...onExample && { onExample },
            ...signal && { signal },
          });
          const done = testExamples.slice(0, outputs.length);
          const gold = done.map(({ target }) => target);
          return {
            metric: "accuracy",
            value: gold.length === 0 ? NaN : accuracy(outputs, gold),
            n: gold.length,
            judged: { outputs, gold },
            examples: done.map(({ id, target }, i) => ({
              id,
              extracted: task.classes[outputs[i]!],
              gold: task.classes[target],
              correct: outputs[i] === target,
            })),
          };
        },
      };
    },
  };
}
