import { accuracy } from "./accuracy.ts";
import { f1 } from "./f1.ts";
import { matthews } from "./matthews.ts";
import { pearson } from "./pearson.ts";
import { spearman } from "./spearman.ts";

/** A score of predicted classes or numbers against gold ones; higher is better. */
export type Metric = (predictions: ArrayLike<number>, gold: ArrayLike<number>) => number;

/** The metrics by their names. */
export const metrics = { accuracy, f1, matthews, pearson, spearman } satisfies Record<string, Metric>;

/** The name of a metric. */
export type MetricName = keyof typeof metrics;
