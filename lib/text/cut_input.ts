import type { EncodedInput, ModelTokenizer } from "./tokenizer.ts";

/**
 * A text, or two that are judged together, as an encoder reads them, cut to so many tokens. Of two texts the longer one is cut
 * until both are equally long (what transformers calls `longest_first`), always at the end; the special tokens stay. It counts
 * on one of them at the beginning and one at the end, as every encoder in use has them.
 *
 * @param length tokens, special ones included
 *
 * @example
 * ```ts
 * import { cutInput, type ModelTokenizer } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const letters = {
 *   encode: (text: string) => [...text].map(Number),
 *   encodeInput: (text: string) => ({ ids: [0, ...[...text].map(Number), 0], typeIds: [...text, 0, 0].map(() => 0) }),
 * } as unknown as ModelTokenizer;
 * assert.deepEqual(cutInput(letters, 4, "314159").ids, [0, 3, 1, 0]);
 * ```
 */
export function cutInput(
  tokenizer: ModelTokenizer,
  length: number,
  text: string,
  pair?: string,
): EncodedInput {
  const whole = tokenizer.encodeInput(text, pair);
  const last = whole.ids.length - 1;
  if (last < length) return whole;
  const first = tokenizer.encode(text).length;
  const second = pair === undefined ? 0 : tokenizer.encode(pair).length;
  const specials = whole.ids.length - first - second;
  const [a, b] = cutLonger(first, second, Math.max(0, length - specials));
  const begin = last - second; // of the second text
  const stays = (_: number, i: number) => i <= a || i > first && (i < begin + b || i >= last);
  return { ids: whole.ids.filter(stays), typeIds: whole.typeIds.filter(stays) };
}

/** Lengths of two texts that come to `room` together; where both are cut to half, the longer one keeps one more. */
function cutLonger(first: number, second: number, room: number): [number, number] {
  const shorter = Math.min(first, second, Math.floor(room / 2));
  return first > second ? [room - shorter, shorter] : [shorter, room - shorter];
}
