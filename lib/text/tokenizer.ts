/** Text to token ids and back. */
export interface Tokenizer {
  /**
   * Ids of the text's tokens. Adds no special token; the text of a special token (such as `<|im_end|>`) in the
   * input becomes that token. A lone surrogate is read as U+FFFD; a byte that the vocabulary lacks (some control
   * characters) is left out.
   */
  encode(text: string): number[];
  /**
   * The text of the tokens, special ones left out unless `skipSpecial` is false; bytes that are not UTF-8 (a
   * character cut in the middle) become U+FFFD. Throws a RangeError for an id outside the vocabulary.
   */
  decode(ids: readonly number[], options?: { readonly skipSpecial?: boolean }): string;
  /** Ids are 0 to `vocabSize` − 1. */
  readonly vocabSize: number;
  /** The token that ends a text. */
  readonly eosId: number;
  /** The token that begins a text, if the model has one. */
  readonly bosId: number | null;
  /** The token that fills short rows of a batch: the file's own, else {@link eosId}. */
  readonly padId: number;
}

/** A tokenizer as a published model has it. */
export interface ModelTokenizer extends Tokenizer {
  /** A text, or two that are judged together, with the special tokens that the model expects around them. */
  encodeInput(text: string, pair?: string): EncodedInput;
  /** How the model wants a conversation written: a Jinja template (see `renderChat`), if it has one. */
  readonly chatTemplate: string | null;
  /** The texts of the special tokens by their roles (`bos_token`, `eos_token`, `mask_token`, …). */
  readonly specialTokens: Readonly<Record<string, string>>;
}

/** What {@link ModelTokenizer.encodeInput} gives; both arrays have one entry for each token. */
export interface EncodedInput {
  readonly ids: number[];
  /** 0 for the first text's tokens, and for the second's what the model tells them apart by: 1 in BERT. */
  readonly typeIds: number[];
}
