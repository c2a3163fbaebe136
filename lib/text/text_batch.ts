/** A text, or two of them, as the token ids that an encoder reads, special ones included. */
export interface EncodedText {
  readonly ids: readonly number[];
  /** For each token, which of two texts it belongs to: 0 or 1; by default 0 for all. */
  readonly typeIds?: readonly number[];
}

/** Texts of one forward pass of an encoder, padded on the right to one length. */
export interface TextBatch {
  /** (size · length) token ids, text by text; padding is 0. */
  readonly ids: Int32Array;
  /** (size · length) 0 for the first text of a pair and 1 for the second. */
  readonly types: Int32Array;
  /** Tokens of each text that are not padding. */
  readonly lengths: readonly number[];
  /** Texts. */
  readonly size: number;
  /** Tokens of each, with padding. */
  readonly length: number;
  /** Tokens that are not padding, of all texts. */
  readonly tokens: number;
}

/**
 * Pads texts to a batch.
 *
 * @param multiple the batch's length becomes a multiple of this, so that a step compiled for one length serves for many
 * @param longest padding goes no farther than that
 *
 * @example
 * ```ts
 * import { padTexts } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const batch = padTexts([{ ids: [101, 7, 102] }, { ids: [101, 102] }]);
 * assert.deepEqual([...batch.ids], [101, 7, 102, 101, 102, 0]);
 * assert.deepEqual(batch.lengths, [3, 2]);
 * ```
 */
export function padTexts(texts: readonly EncodedText[], multiple = 1, longest = Infinity): TextBatch {
  const lengths = texts.map(({ ids }) => ids.length);
  const most = Math.max(...lengths);
  const length = Math.max(most, Math.min(Math.ceil(most / multiple) * multiple, longest));
  const batch = {
    ids: new Int32Array(texts.length * length),
    types: new Int32Array(texts.length * length),
    lengths,
    size: texts.length,
    length,
    tokens: lengths.reduce((sum, length) => sum + length, 0),
  };
  texts.forEach(({ ids, typeIds = [] }, text) => {
    batch.ids.set(ids, text * length);
    batch.types.set(typeIds, text * length);
  });
  return batch;
}
