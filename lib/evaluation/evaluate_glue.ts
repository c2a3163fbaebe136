import type { JsonLinesLog } from "../formats/json_lines_log.ts";
import type { TextClassifier } from "../models/text_classifier.ts";
import { classify, type ClassifyOptions } from "./classify.ts";
import type { GlueExample, GlueTask } from "./glue.ts";
import { type MetricName, metrics } from "./metrics/metrics.ts";

/** One example as it was judged: a line of the per-example file. */
export interface JudgedText {
  readonly id: string;
  /** The text, or the two texts with a line between them. */
  readonly prompt: string;
  /** The predicted class by its number, or the predicted number, in digits. */
  readonly output: string;
  /** The same by its name. */
  readonly extracted: string;
  /** The label in the data set's own form, in digits. */
  readonly gold: string;
  /** Of a regression: to half a unit. */
  readonly correct: boolean;
}

/** The scores of a set of predictions. */
export interface GlueScores {
  /** The metric that is reported. */
  readonly metric: MetricName;
  readonly value: number;
  readonly n: number;
  /** Every metric of the task. */
  readonly metrics: { readonly [metric in MetricName]?: number };
  /** The reported metric of each split, where there are several. */
  readonly splits?: { readonly [split: string]: number };
}

/** The scores of a model on a task of GLUE, with its predictions. */
export interface GlueEvaluation extends GlueScores {
  readonly examples: readonly JudgedText[];
}

/** How to evaluate. */
export interface EvaluateGlueOptions extends Omit<ClassifyOptions, "onOutputs"> {
  /** Where the examples of each forward pass go; those that are there already are not put again. */
  readonly log?: JsonLinesLog<JudgedText>;
}

/**
 * Puts a task's examples to a classifier and scores what comes out. An interrupt leaves out the examples that were not reached.
 */
export async function evaluateGlue(
  model: TextClassifier,
  task: GlueTask,
  examples: readonly GlueExample[],
  { log, onExample, ...options }: EvaluateGlueOptions = {},
): Promise<GlueEvaluation> {
  const known = new Map(log?.earlier.map((example) => [example.id, example]));
  const earlier = known.size;
  const left = examples.filter(({ id }) => !known.has(id));
  await classify(model, left, {
    ...options,
    ...onExample && { onExample: (done: number) => onExample(earlier + done, examples.length) },
    onOutputs: async (outputs) => {
      const lines = [...outputs].map(([i, logits]) => judged(task, left[i]!, predictionOf(logits)));
      for (const line of lines) known.set(line.id, line);
      await log?.append(...lines);
    },
  });
  const done = examples.flatMap(({ id, split }) => {
    const example = known.get(id);
    return example ? [{ example, split }] : [];
  });
  const predictions = done.map(({ example, split }) => ({
    split,
    prediction: Number(example.output),
    target: Number(example.gold),
  }));
  return { ...scoreGlue(task, predictions), examples: done.map(({ example }) => example) };
}

/** A prediction beside what should have come out. */
export interface GluePrediction {
  readonly split: string;
  readonly prediction: number;
  readonly target: number;
}

/** Scores predictions that are at hand. Where a metric is not defined, as a correlation with constants, it is NaN. */
export function scoreGlue(task: GlueTask, predictions: readonly GluePrediction[]): GlueScores {
  const splits = [...new Set(predictions.map(({ split }) => split))];
  const [metric] = task.metrics;
  const all = Object.fromEntries(task.metrics.map((name) => [name, score(name, predictions)]));
  return {
    metric,
    value: all[metric]!,
    n: predictions.length,
    metrics: all,
    ...splits.length > 1 && {
      splits: Object.fromEntries(
        splits.map((split) => [split, score(metric, predictions.filter((p) => p.split === split))]),
      ),
    },
  };
}

function score(metric: MetricName, predictions: readonly GluePrediction[]): number {
  if (predictions.length < 2) return NaN;
  return metrics[metric](predictions.map((p) => p.prediction), predictions.map((p) => p.target));
}

/** The class of the largest logit, the first of equal ones; or the number of a regression, in seven digits. */
function predictionOf(logits: Float32Array): number {
  return logits.length === 1 ? Number(logits[0]!.toPrecision(7)) : logits.indexOf(Math.max(...logits));
}

function judged(
  { classes }: GlueTask,
  { id, text, pair, target }: GlueExample,
  prediction: number,
): JudgedText {
  return {
    id,
    prompt: pair === undefined ? text : `${text}\n${pair}`,
    output: String(prediction),
    extracted: classes?.[prediction] ?? String(prediction),
    gold: String(target),
    correct: classes ? prediction === target : Math.abs(prediction - target) <= 0.5,
  };
}
