import assert from "node:assert/strict";
import { sentencePieceMerges } from "../../lib/text/sentence_piece_merges.ts";

Deno.test("every way to part a piece in two is a merge, the best piece's first; other types are not merged into", () => {
  const tokens = ["<unk>", "a", "b", "😀", "ab", "aba", "ba", "a😀", "<s>", "<", "s>"];
  const scores = [0, -9, -9, -9, -2, -3, -1, -4, 0, -9, -9];
  const types = [2, 1, 1, 1, 1, 1, 1, 1, 3, 1, 1];
  assert.deepEqual(sentencePieceMerges(tokens, scores, types), [
    ["b", "a"],
    ["a", "b"],
    ["a", "ba"],
    ["ab", "a"],
    ["a", "😀"],
  ]);
});
