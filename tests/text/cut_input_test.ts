import assert from "node:assert/strict";
import { cutInput } from "../../lib/text/cut_input.ts";
import type { ModelTokenizer } from "../../lib/text/tokenizer.ts";

const codes = (text: string) => [...text].map((letter) => letter.charCodeAt(0));

/** A letter is a token; a pair is written as in BERT. */
const letters = {
  encode: codes,
  encodeInput(text: string, pair?: string) {
    const first = [0, ...codes(text), 1];
    const second = pair === undefined ? [] : [...codes(pair), 1];
    return {
      ids: [...first, ...second],
      typeIds: [...first.map(() => 0), ...second.map(() => 1)],
    };
  },
} as unknown as ModelTokenizer;

/** Texts cut as transformers' fast tokenizers cut them with `truncation=True`. */
const cases: readonly [text: string, pair: string | undefined, length: number, kept: string][] = [
  ["abcdef", "xyz", 8, "^abc|xy|"],
  ["abc", "xyzuvw", 8, "^ab|xyz|"],
  ["abcd", "xyzw", 8, "^ab|xyz|"],
  ["abcde", "xyzwu", 10, "^abc|xyzw|"],
  ["abcde", "xyzwu", 9, "^abc|xyz|"],
  ["abcdefg", undefined, 5, "^abc|"],
  ["abcdefg", "x", 4, "^a||"],
  ["abc", "x", 7, "^abc|x|"],
  ["abcdef", "x", 2, "^||"],
];

for (const [text, pair, length, kept] of cases) {
  Deno.test(`cutInput: ${text}${pair ? ` and ${pair}` : ""} cut to ${length} tokens`, () => {
    const { ids, typeIds } = cutInput(letters, length, text, pair);
    assert.equal(ids.map((id) => id === 0 ? "^" : id === 1 ? "|" : String.fromCharCode(id)).join(""), kept);
    assert.equal(typeIds.length, ids.length);
    assert.equal(typeIds.filter((type) => type === 1).length, pair ? kept.split("|")[1]!.length + 1 : 0);
  });
}
