import assert from "node:assert/strict";
import { GrowingText } from "../../../lib/evaluation/streaming/growing_text.ts";
import { Random } from "../../../lib/tensor/random.ts";
import type { Tokenizer } from "../../../lib/text/tokenizer.ts";

/** A token is a byte; the space at the very beginning of a text is left out, and one before a full stop. */
function byteTokenizer(): Tokenizer & { most: number } {
  const tokenizer = {
    most: 0,
    encode: (text: string) => [...new TextEncoder().encode(text)],
    decode(ids: readonly number[]) {
      tokenizer.most = Math.max(tokenizer.most, ids.length);
      return new TextDecoder().decode(Uint8Array.from(ids)).replace(/^ /, "").replaceAll(" .", ".");
    },
    ...{ vocabSize: 256, eosId: 0, bosId: null, padId: 0 },
  };
  return tokenizer;
}

Deno.test("a growing text is what the tokenizer gives for all tokens, at each of them, and reads few of them anew", () => {
  const random = new Random(2);
  const pieces = ["a", " b", " .", "é", "日本", "😀", "\\n", "n't", "  ", "👩‍👩‍👧"];
  const tokenizer = byteTokenizer();
  for (let round = 0; round < 10; round++) {
    const ids = tokenizer.encode(" " + Array.from({ length: 60 }, () => random.pick(pieces)).join(""));
    if (round % 2 === 1) { for (let i = 0; i < 30; i++) ids[random.int(ids.length)] = random.int(256); // not UTF-8
     }
    const grown = new GrowingText(tokenizer);
    ids.forEach((id, i) => {
      tokenizer.most = 0;
      grown.ids.push(id);
      const { text } = grown;
      assert.ok(tokenizer.most <= 80, `${tokenizer.most} tokens`);
      assert.equal(text, tokenizer.decode(ids.slice(0, i + 1)));
    });
    const late = new GrowingText(tokenizer);
    late.ids.push(...ids);
    assert.equal(late.text, tokenizer.decode(ids));
  }
});
