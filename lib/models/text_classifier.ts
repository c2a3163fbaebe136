import { cutInput } from "../text/cut_input.ts";
import { type EncodedText, padTexts, type TextBatch } from "../text/text_batch.ts";
import type { ModelTokenizer } from "../text/tokenizer.ts";
import type { EncoderBody } from "./encoder_body.ts";
import type { EncoderHead } from "./encoder_architecture.ts";
import { type Labelled, SequenceClassifier } from "./sequence_classifier.ts";

/** A text, or two that are judged together, with what should come out. */
export interface LabelledText {
  readonly text: string;
  readonly pair?: string;
  /** The class, or for a regression the number. */
  readonly target: number;
}

/** The same as token ids. */
export interface EncodedLabelledText extends EncodedText {
  readonly target: number;
}

/** A classifier or a regression of texts, with its tokenizer. */
export class TextClassifier extends SequenceClassifier<TextBatch> {
  constructor(
    name: string,
    digest: string | PromiseLike<string>,
    readonly tokenizer: ModelTokenizer,
    encoder: EncoderBody<TextBatch>,
    { layers, trained }: EncoderHead,
  ) {
    super(name, digest, encoder, layers, trained);
  }

  /**
   * An example as token ids.
   *
   * @param length tokens kept of it, special ones included; by default as many as the model reads
   */
  encode({ text, pair, target }: LabelledText, length = Infinity): EncodedLabelledText {
    return { ...cutInput(this.tokenizer, Math.min(length, this.encoder.longest), text, pair), target };
  }

  /**
   * Pads examples to a batch.
   *
   * @param multiple as in {@linkcode padTexts}
   */
  batch(examples: readonly EncodedLabelledText[], multiple = 1): Labelled<TextBatch> {
    return {
      ...padTexts(examples, multiple, this.encoder.longest),
      targets: examples.map(({ target }) => target),
    };
  }
}
