import assert from "node:assert/strict";
import { decodeByteTokens } from "../../lib/text/byte_tokens.ts";

Deno.test("runs of byte tokens become text; what is not UTF-8 becomes U+FFFD byte for byte", () => {
  const cases: readonly [tokens: string[], texts: string[]][] = [
    [["a", "<0xC3>", "<0xBC>", "b"], ["a", "ü", "b"]],
    [["<0xEF>", "<0xBB>", "<0xBF>"], ["\ufeff"]],
    [["<0xC3>", "x", "<0x0A>"], ["\ufffd", "x", "\n"]],
    [["<0xE6>", "<0x97>"], ["\ufffd", "\ufffd"]],
    [["<0xG0>", "<0x1>"], ["<0xG0>", "<0x1>"]],
    [[], []],
  ];
  for (const [tokens, texts] of cases) assert.deepEqual(decodeByteTokens(tokens), texts);
});
