import type { Adapter } from "../adapters/adapter.ts";
import type { ImageClassifier } from "../models/image_classifier.ts";
import { joinPixels, type LabelledPicture, withPixels } from "../models/labelled_picture.ts";
import { UsageError } from "../usage_error.ts";
import { trainOn } from "./train.ts";
import type { TrainOptions } from "./train_options.ts";
import type { TrainResult } from "./train_progress.ts";
import type { TrainBatch } from "./trainer.ts";

/** Pictures of one step, as numbers. */
interface PictureBatch extends TrainBatch {
  readonly pixels: Float32Array;
}

/**
 * Trains an adapter of a classifier of pictures, and the head beside it, as {@linkcode train} does a decoder's. The loss is the
 * cross-entropy, its share that of a picture; the tokens are the patches and the token of the whole.
 *
 * @throws UsageError as {@linkcode train} does, and for a target that is no class of the model
 *
 * @example
 * ```ts
 * import { adapt, drawPictures, loadImageClassifier, pictureTasks, trainPictures, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const model = await loadImageClassifier("vit-drawn", { labels: 6 });
 * const adapter = await adapt(model, { method: "nlora", rank: 4 });
 * const pictures = drawPictures(pictureTasks[1]!, { split: "train", count: 4, seed: 0 });
 * const { points } = await trainPictures(model, adapter, pictures, { steps: 10, batch: 4, learningRate: 0.01 });
 * assert.ok(points.at(-1)!.loss < points[0]!.loss);
 * ```
 */
export function trainPictures(
  model: ImageClassifier,
  adapter: Adapter,
  pictures: readonly LabelledPicture[],
  options: Omit<TrainOptions, "packing">,
): Promise<TrainResult> {
  const wrong = pictures.find(({ target }) =>
    !(Number.isInteger(target) && target >= 0 && target < model.labels)
  );
  if (wrong) {
    throw new UsageError(
      `a picture has the target ${wrong.target}, and this model gives a class from 0 to ${model.labels - 1}`,
    );
  }
  const ids = new Array<number>(model.encoder.longest).fill(0); // every picture has as many tokens
  const differentiable = {
    lossAndGradients: ({ pixels, targets }: PictureBatch, weight: number, options = {}) =>
      withPixels(model, pixels, (x) => model.lossAndGradients(model.batch(x, targets), weight, options)),
  };
  return trainOn(differentiable, adapter, options, {
    count: pictures.length,
    encode: () => pictures.map((picture) => ({ ids, picture })),
    batch: (encoded): PictureBatch => ({
      ids: encoded.flatMap(({ ids }) => ids),
      size: encoded.length,
      tokens: encoded.length * ids.length,
      targets: encoded.map(({ picture }) => picture.target),
      pixels: joinPixels(encoded.map(({ picture }) => picture)),
    }),
  });
}
