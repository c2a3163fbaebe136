import { shownJson } from "../formats/json.ts";
import { type Row, stringField } from "../formats/row.ts";
import type { LabelledText } from "../models/text_classifier.ts";
import { readDataSet } from "../text/read_data_set.ts";
import { UsageError } from "../usage_error.ts";
import type { MetricName } from "./metrics/metrics.ts";

/** A task of GLUE: which fields are judged, what comes out, and how that is scored. */
export interface GlueTask {
  /** Also that of its data set. */
  readonly name: string;
  /** The fields of the text, or of the two texts, that are judged. */
  readonly texts: readonly [string] | readonly [string, string];
  /** The classes in the order of their numbers; null for a regression. */
  readonly classes: readonly string[] | null;
  /** The first is the one that is reported. */
  readonly metrics: readonly [MetricName, ...MetricName[]];
  /** The splits that are scored, all together. */
  readonly evalSplits: readonly string[];
}

const validation = ["validation"];
const entailment = ["entailment", "not_entailment"];
const equivalence = ["not_equivalent", "equivalent"];
const sentences = ["sentence1", "sentence2"] as const;

/**
 * The eight tasks of GLUE (Wang et al. 2019, arXiv 1804.07461) that papers on adapters report, with their metrics: accuracy, but
 * Matthews' correlation for CoLA, Pearson's for STS-B; MNLI on its matched and mismatched splits together.
 */
export const glueTasks: readonly GlueTask[] = [
  {
    name: "glue/mnli",
    texts: ["premise", "hypothesis"],
    classes: ["entailment", "neutral", "contradiction"],
    metrics: ["accuracy"],
    evalSplits: ["validation_matched", "validation_mismatched"],
  },
  {
    name: "glue/sst2",
    texts: ["sentence"],
    classes: ["negative", "positive"],
    metrics: ["accuracy"],
    evalSplits: validation,
  },
  {
    name: "glue/mrpc",
    texts: sentences,
    classes: equivalence,
    metrics: ["accuracy", "f1"],
    evalSplits: validation,
  },
  {
    name: "glue/cola",
    texts: ["sentence"],
    classes: ["unacceptable", "acceptable"],
    metrics: ["matthews", "accuracy"],
    evalSplits: validation,
  },
  {
    name: "glue/qnli",
    texts: ["question", "sentence"],
    classes: entailment,
    metrics: ["accuracy"],
    evalSplits: validation,
  },
  {
    name: "glue/qqp",
    texts: ["question1", "question2"],
    classes: equivalence,
    metrics: ["accuracy", "f1"],
    evalSplits: validation,
  },
  {
    name: "glue/rte",
    texts: sentences,
    classes: entailment,
    metrics: ["accuracy"],
    evalSplits: validation,
  },
  {
    name: "glue/stsb",
    texts: sentences,
    classes: null,
    metrics: ["pearson", "spearman"],
    evalSplits: validation,
  },
];

/**
 * The task of GLUE of that name, or undefined.
 *
 * @example
 * ```ts
 * import { findGlueTask } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(findGlueTask("glue/stsb")!.metrics, ["pearson", "spearman"]);
 * ```
 */
export function findGlueTask(name: string): GlueTask | undefined {
  return glueTasks.find((task) => task.name === name);
}

/** An example of GLUE. */
export interface GlueExample extends LabelledText {
  /** Such as `glue/rte/validation/17`. */
  readonly id: string;
  readonly split: string;
}

/**
 * The examples of some splits, in their order.
 *
 * @param limit examples kept from the start of each split; all when absent
 * @throws UsageError as {@linkcode readDataSet} does, and for a label that is no class of the task, such as the −1 of a test split
 */
export async function loadGlue(
  task: GlueTask,
  splits: readonly string[],
  { data, limit }: { readonly data?: string; readonly limit?: number } = {},
): Promise<GlueExample[]> {
  const examples: GlueExample[] = [];
  for (const split of splits) {
    const rows = await readDataSet(task.name, { split, ...data !== undefined && { data }, limit });
    examples.push(...rows.map((row, i) => glueExample(task, row, split, i)));
  }
  return examples;
}

function glueExample(
  { name, texts: [first, second], classes }: GlueTask,
  row: Row,
  split: string,
  i: number,
): GlueExample {
  const { label } = row.fields;
  const fits = classes ? Number.isInteger(label) && (label as number) in classes : Number.isFinite(label);
  if (!fits) {
    const wanted = classes ? `a class from 0 to ${classes.length - 1}` : "a number";
    throw new UsageError(
      `${row.place}: the label ${shownJson(label)} is not ${wanted}; choose a split with gold labels`,
    );
  }
  return {
    id: `${name}/${split}/${i}`,
    split,
    text: stringField(row, first),
    ...second !== undefined && { pair: stringField(row, second) },
    target: label as number,
  };
}
