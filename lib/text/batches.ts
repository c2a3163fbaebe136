import type { Random } from "../tensor/random.ts";
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

/** Sequences of one forward pass, padded on the right to one length. */
export interface Batch {
  /** (size · length) token ids, row by row; padding is 0. */
  readonly ids: Int32Array;
  readonly size: number;
  readonly length: number;
  /** Tokens that are not padding. */
  readonly tokens: number;
  /** Where the loss is taken: the flat index of a token, and the id that should follow it. */
  readonly positions: Int32Array;
  readonly targets: Int32Array;
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
  const promptIds = tokenizer.encode(prompt);
  return {
    ids: [...promptIds, ...tokenizer.encode(response)].slice(0, length),
    promptLength: Math.min(promptIds.length, length),
  };
}

/** Pads examples to a batch; the loss is taken on the response tokens only. */
export function padBatch(examples: readonly EncodedExample[]): Batch {
  const length = Math.max(...examples.map((e) => e.ids.length));
  const ids = new Int32Array(examples.length * length);
  const positions: number[] = [];
  const targets: number[] = [];
  examples.forEach((example, row) => {
    ids.set(example.ids, row * length);
    for (let i = Math.max(example.promptLength, 1); i < example.ids.length; i++) {
      positions.push(row * length + i - 1);
      targets.push(example.ids[i]!);
    }
  });
  return {
    ids,
    size: examples.length,
    length,
    tokens: examples.reduce((sum, e) => sum + e.ids.length, 0),
    positions: Int32Array.from(positions),
    targets: Int32Array.from(targets),
  };
}

/** Endless passes over the indices 0 … count − 1: in the given order, or in a new random order each pass. */
export function* indexOrder(count: number, random: Random | null): Generator<number, never> {
  const indices = Array.from({ length: count }, (_, i) => i);
  while (true) yield* random ? random.shuffle(indices) : indices;
}
