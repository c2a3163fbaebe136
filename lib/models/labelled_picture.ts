import * as tf from "@tensorflow/tfjs-core";
import type { ImageClassifier } from "./image_classifier.ts";

/** A picture with its class. */
export interface LabelledPicture {
  /** (height · width · channels) as the model wants them, mostly from −1 to 1. */
  readonly pixels: readonly number[];
  readonly target: number;
}

/**
 * Pictures on the backend for as long as a function takes.
 *
 * @param pixels (size · height · width · channels) numbers, picture by picture
 */
export function withPixels<T>(
  { config: { image_size: [height, width], num_channels } }: ImageClassifier,
  pixels: Float32Array,
  use: (pictures: tf.Tensor4D) => T,
): T {
  const size = pixels.length / (height * width * num_channels);
  const pictures = tf.tensor4d(pixels, [size, height, width, num_channels]);
  try {
    return use(pictures);
  } finally {
    pictures.dispose();
  }
}

/** The numbers of several pictures, one after the other. */
export function joinPixels(pictures: readonly LabelledPicture[]): Float32Array {
  return Float32Array.from(pictures.flatMap(({ pixels }) => pixels));
}
