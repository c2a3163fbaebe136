import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Charsmap } from "../../lib/text/charsmap.ts";

const golden = JSON.parse(
  readFileSync(new URL("../golden/tokenizers/deberta.json", import.meta.url), "utf8"),
);
const bytes = Uint8Array.from(
  atob(golden.normalizer.normalizers[1].precompiled_charsmap),
  (c) => c.charCodeAt(0),
);

Deno.test("SentencePiece's NFKC: ligatures, widths, composition, spaces and controls", () => {
  const map = new Charsmap(bytes);
  const cases = [
    ["ﬁ", "fi"],
    ["Ａ１", "A1"],
    ["e\u0301", "é"],
    ["a\u00a0b\tc", "a b c"],
    ["a\u0001b", "ab"],
    ["日本 x", "日本 x"],
  ];
  for (const [text, expected] of cases) assert.equal(map.normalize(text!), expected);
});

Deno.test("a damaged map neither reads outside itself nor fails in another way than a RangeError", () => {
  assert.throws(() => new Charsmap(new Uint8Array(3)), RangeError);
  assert.throws(() => new Charsmap(Uint8Array.of(200, 0, 0, 0, 1)), RangeError);
  for (let seed = 0; seed < 50; seed++) {
    const copy = bytes.slice(0, 4 + ((bytes.length >> 1) & ~3)).map((byte, i) =>
      i % 97 === seed ? byte ^ 0xff : byte
    );
    try {
      assert.equal(typeof new Charsmap(copy).normalize("ﬁ Ａ é 日本"), "string");
    } catch (error) {
      assert.ok(error instanceof RangeError, String(error));
    }
  }
});
