import type { Adapter } from "../adapters/adapter.ts";
import type { LabelledText, TextClassifier } from "../models/text_classifier.ts";
import { UsageError } from "../usage_error.ts";
import { trainOn } from "./train.ts";
import type { TrainOptions } from "./train_options.ts";
import type { TrainResult } from "./train_progress.ts";

/** A batch of texts is padded to a multiple of so many tokens; each length is compiled once. */
export const textBucket = 16;

/**
 * Trains an adapter of a classifier or a regression, and the head beside it, as {@linkcode train} does a decoder's. The loss is
 * the cross-entropy or the squared error, its share that of a text.
 *
 * @throws UsageError as {@linkcode train} does, and for a target that is no class of the model, or no number
 *
 * @example
 * ```ts
 * import { adapt, loadClassifier, trainClassifier, UsageError } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const review = { text: "a fine film", target: 1 };
 * await assert.rejects(async () => {
 *   const model = await loadClassifier("no-such-model", { labels: 2 });
 *   const adapter = await adapt(model, { method: "nlora", rank: 8, targets: ["query", "value"] });
 *   await trainClassifier(model, adapter, [review], { steps: 100, batch: 32, learningRate: 1e-3 });
 * }, UsageError);
 * ```
 */
export function trainClassifier(
  model: TextClassifier,
  adapter: Adapter,
  examples: readonly LabelledText[],
  options: Omit<TrainOptions, "packing">,
): Promise<TrainResult> {
  requireTargets(model, examples);
  return trainOn(model, adapter, options, {
    count: examples.length,
    encode: ({ length }) => examples.map((example) => model.encode(example, length)),
    batch: (encoded) => model.batch(encoded, textBucket),
  });
}

function requireTargets({ labels }: TextClassifier, examples: readonly LabelledText[]): void {
  const fits = labels === 1
    ? Number.isFinite
    : (target: number) => Number.isInteger(target) && target >= 0 && target < labels;
  const wrong = examples.findIndex(({ target }) => !fits(target));
  if (wrong < 0) return;
  const wanted = labels === 1 ? "a number" : `a class from 0 to ${labels - 1}`;
  throw new UsageError(
    `example ${wrong} has the target ${examples[wrong]!.target}, and this model gives ${wanted}`,
  );
}
