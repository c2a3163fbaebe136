import type * as tf from "@tensorflow/tfjs-core";
import type { EncoderBody } from "./encoder_body.ts";
import type { EncoderHead } from "./encoder_architecture.ts";
import { type Labelled, SequenceClassifier } from "./sequence_classifier.ts";
import { type PixelBatch, pixelBatch } from "./vit.ts";
import type { VitConfig } from "./vit_config.ts";

/** A classifier of pictures. */
export class ImageClassifier extends SequenceClassifier<PixelBatch> {
  constructor(
    name: string,
    digest: string | PromiseLike<string>,
    readonly config: VitConfig,
    encoder: EncoderBody<PixelBatch>,
    { layers, trained }: EncoderHead,
  ) {
    super(name, digest, encoder, layers, trained);
  }

  /**
   * Pictures as a batch, with the class of each where it is known.
   *
   * @param pixels (size, height, width, channels) as the model wants them, mostly from −1 to 1; they stay the caller's
   * @throws UsageError for pictures of another size than the model reads
   */
  batch(pixels: tf.Tensor4D, targets: ArrayLike<number> = []): Labelled<PixelBatch> {
    return { ...pixelBatch(this.config, pixels), targets };
  }
}
