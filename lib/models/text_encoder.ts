import * as tf from "@tensorflow/tfjs-core";
import type { Linear } from "../nn/linear.ts";
import { dispose, tidy } from "../tensor/tidy.ts";
import { cutInput } from "../text/cut_input.ts";
import { padTexts, type TextBatch } from "../text/text_batch.ts";
import type { ModelTokenizer } from "../text/tokenizer.ts";
import type { EncoderBody } from "./encoder_body.ts";

/** An encoder with its tokenizer, which turns a text into a vector. */
export class TextEncoder {
  /** @param digest SHA-256 of the files that the weights came from, to be awaited; adapters are bound to it */
  constructor(
    readonly name: string,
    readonly digest: string | PromiseLike<string>,
    readonly tokenizer: ModelTokenizer,
    readonly encoder: EncoderBody<TextBatch>,
  ) {}

  /** Every linear map that can be adapted, by its dotted name. */
  get linears(): ReadonlyMap<string, Linear> {
    return this.encoder.linears;
  }

  /** Numbers in the weights. */
  get parameters(): number {
    return this.encoder.parameters;
  }

  /**
   * A vector of length 1 for each text, whose products are cosines: the mean of the last hidden states of its tokens, as
   * sentence-transformers take it (Reimers & Gurevych 2019, arXiv 1908.10084). Longer texts are cut.
   *
   * @param length tokens kept of a text; by default as many as the model reads
   * @returns (texts, d), owned by the caller
   */
  embed(texts: readonly string[], length = this.encoder.longest): tf.Tensor2D {
    const batch = padTexts(texts.map((text) => cutInput(this.tokenizer, length, text)));
    const h = this.encoder.hiddenStates(batch);
    const embeddings = tidy(() => unitRows(meanStates(h, batch)));
    dispose(h);
    return embeddings;
  }

  dispose(): void {
    this.encoder.dispose();
  }
}

/** The mean of the states of each text's tokens: h (size · length, d) → (size, d). */
function meanStates(h: tf.Tensor2D, { size, length, lengths }: TextBatch): tf.Tensor2D {
  const shares = new Float32Array(size * length);
  lengths.forEach((tokens, text) => shares.fill(1 / tokens, text * length, text * length + tokens));
  const means = tf.matMul(
    tf.tensor3d(shares, [size, 1, length]),
    tf.reshape(h, [size, length, -1]) as tf.Tensor3D,
  );
  return tf.reshape(means, [size, -1]);
}

function unitRows(x: tf.Tensor2D): tf.Tensor2D {
  return tf.div(x, tf.maximum(tf.norm(x, 2, 1, true), 1e-12));
}
