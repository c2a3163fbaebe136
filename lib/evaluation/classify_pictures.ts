import type { ImageClassifier } from "../models/image_classifier.ts";
import { joinPixels, type LabelledPicture, withPixels } from "../models/labelled_picture.ts";
import { interruptible } from "../training/interrupt.ts";

/** How pictures are put to a classifier. */
export interface ClassifyPicturesOptions {
  /** Pictures in one forward pass; by default 64. */
  readonly batch?: number;
  readonly onExample?: (done: number, total: number) => void;
  /** Stops after the pass under way. */
  readonly signal?: AbortSignal;
}

/**
 * The class of each picture by its number; an interrupt leaves out the pictures that were not reached.
 *
 * @example
 * ```ts
 * import { classifyPictures, drawPictures, loadImageClassifier, pictureTasks, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const model = await loadImageClassifier("vit-drawn", { labels: 6 });
 * const pictures = drawPictures(pictureTasks[0]!, { split: "test", count: 3, seed: 0 });
 * assert.equal((await classifyPictures(model, pictures)).length, 3);
 * ```
 */
export function classifyPictures(
  model: ImageClassifier,
  pictures: readonly LabelledPicture[],
  { batch = 64, onExample, signal }: ClassifyPicturesOptions = {},
): Promise<number[]> {
  return interruptible(signal, async (stopping) => {
    const classes: number[] = [];
    while (classes.length < pictures.length && !stopping()) {
      const chosen = pictures.slice(classes.length, classes.length + batch);
      const logits = withPixels(model, joinPixels(chosen), (x) => model.logits(model.batch(x)));
      const values = await logits.data();
      logits.dispose();
      for (let i = 0; i < chosen.length; i++) {
        const row = values.slice(i * model.labels, (i + 1) * model.labels);
        classes.push(row.indexOf(Math.max(...row)));
      }
      onExample?.(classes.length, pictures.length);
      await new Promise((resolve) => setTimeout(resolve)); // lets an interrupt arrive
    }
    return classes;
  });
}
