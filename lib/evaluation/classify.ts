import type { EncodedLabelledText, LabelledText, TextClassifier } from "../models/text_classifier.ts";
import { dispose } from "../tensor/tidy.ts";
import { interruptible } from "../training/interrupt.ts";
import { textBucket } from "../training/train_classifier.ts";

/** How texts are put to a classifier. */
export interface ClassifyOptions {
  /** Tokens kept of a text, or of two together; by default as many as the model reads. */
  readonly length?: number;
  /** Texts in one forward pass; by default 32. */
  readonly batch?: number;
  /** Told after each forward pass, with how many texts are done. */
  readonly onExample?: (done: number, total: number) => void;
  /** Given what each pass came to, by the places of its texts; the next one waits for it. */
  readonly onOutputs?: (outputs: ReadonlyMap<number, Float32Array>) => Promise<void> | void;
  /** Stops after the pass under way. */
  readonly signal?: AbortSignal;
}

/**
 * What a classifier gives for each text, in their order: the logits (labels), or the number of a regression; null for those that
 * an interrupt left out. Texts of similar length go through the model together.
 *
 * @example
 * ```ts
 * import { classify, loadClassifier, UsageError } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await assert.rejects(async () => {
 *   const model = await loadClassifier("no-such-model", { labels: 2 });
 *   await classify(model, [{ text: "a fine film", target: 1 }]);
 * }, UsageError);
 * ```
 */
export function classify(
  model: TextClassifier,
  texts: readonly LabelledText[],
  { length, batch = 32, onExample, onOutputs, signal }: ClassifyOptions = {},
): Promise<(Float32Array | null)[]> {
  return interruptible(signal, async (stopping) => {
    const encoded = texts.map((text) => model.encode(text, length));
    const order = encoded.map((_, i) => i).sort((a, b) => encoded[b]!.ids.length - encoded[a]!.ids.length);
    const outputs: (Float32Array | null)[] = texts.map(() => null);
    for (let begin = 0; begin < order.length && !stopping(); begin += batch) {
      const chosen = order.slice(begin, begin + batch);
      const rows = await logitsOf(model, chosen.map((i) => encoded[i]!));
      chosen.forEach((index, row) => outputs[index] = rows[row]!);
      await onOutputs?.(new Map(chosen.map((index, row) => [index, rows[row]!])));
      onExample?.(Math.min(begin + batch, order.length), order.length);
      await new Promise((resolve) => setTimeout(resolve)); // lets an interrupt arrive
    }
    return outputs;
  });
}

async function logitsOf(
  model: TextClassifier,
  texts: readonly EncodedLabelledText[],
): Promise<Float32Array[]> {
  const logits = model.logits(model.batch(texts, textBucket));
  try {
    const values = await logits.data() as Float32Array;
    return texts.map((_, i) => values.slice(i * model.labels, (i + 1) * model.labels));
  } finally {
    dispose(logits);
  }
}
