import type { Random } from "../tensor/random.ts";
import { encodePrompt } from "./encode_prompt.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A prompt and the text that should follow it. */
export interface PromptResponse {
  readonly prompt: string;
  readonly response: string;
}

/** A text as token ids, of which those from `promptLength` on are the response. */
export interface EncodedExample {
  readonly ids: readonly number[];
  readonly promptLength: number;
}

/** Rows of one forward pass, each one example or several one after the other, padded on the right to one length. */
export interface Batch {
  /** (size · length) token ids, row by row; padding is 0. */
  readonly ids: Int32Array;
  /** Rows. */
  readonly size: number;
  readonly length: number;
  /** Tokens that are not padding. */
  readonly tokens: number;
  /** Where the loss is taken: the flat index of a token, and the id that should follow it. */
  readonly positions: Int32Array;
  readonly targets: Int32Array;
  /**
   * (size · length) the place in its row at which the example of each token begins, where a row holds several: none looks at
   * another, and positions count from there. A token of padding is an example of its own.
   */
  readonly starts?: Int32Array;
}

/**
 * Prompt and response encoded apart and put together, cut at `length` tokens, as the training scripts of the papers do.
 *
 * @throws nothing; an example whose prompt alone fills `length` has no response tokens left
 */
export function encodeExample(
  tokenizer: Tokenizer,
  { prompt, response }: PromptResponse,
  length: number,
): EncodedExample {
  const promptIds = encodePrompt(tokenizer, prompt);
  return {
    ids: [...promptIds, ...tokenizer.encode(response)].slice(0, length),
    promptLength: Math.min(promptIds.length, length),
  };
}

/**
 * Pads examples to a batch; the loss is taken on the response tokens only.
 *
 * @param multiple the batch's length becomes a multiple of this, so that a step compiled for one length serves for many
 */
export function padBatch(examples: readonly EncodedExample[], multiple = 1): Batch {
  return batchOfRows(examples.map((example) => [example]), multiple);
}

/** A batch of the examples of each row, one after the other; `multiple` as in {@linkcode padBatch}. */
export function batchOfRows(rows: readonly (readonly EncodedExample[])[], multiple: number): Batch {
  const longest = Math.max(...rows.map(totalLength));
  const length = Math.ceil(longest / multiple) * multiple;
  const ids = new Int32Array(rows.length * length);
  const starts = Int32Array.from(ids, (_, i) => i % length);
  const positions: number[] = [];
  const targets: number[] = [];
  rows.forEach((examples, row) => {
    let start = 0;
    for (const { ids: tokens, promptLength } of examples) {
      const first = row * length + start;
      ids.set(tokens, first);
      starts.fill(start, first, first + tokens.length);
      for (let i = Math.max(promptLength, 1); i < tokens.length; i++) {
        positions.push(first + i - 1);
        targets.push(tokens[i]!);
      }
      start += tokens.length;
    }
  });
  return {
    ids,
    size: rows.length,
    length,
    tokens: totalLength(rows.flat()),
    positions: Int32Array.from(positions),
    targets: Int32Array.from(targets),
    ...rows.some((examples) => examples.length > 1) && { starts },
  };
}

function totalLength(examples: readonly EncodedExample[]): number {
  return examples.reduce((sum, { ids }) => sum + ids.length, 0);
}

/** Endless passes over the indices 0 … count − 1: in the given order, or in a new random order each pass. */
export function* indexOrder(count: number, random: Random | null): Generator<number, never> {
  const indices = Array.from({ length: count }, (_, i) => i);
  while (true) yield* random ? random.shuffle(indices) : indices;
}
