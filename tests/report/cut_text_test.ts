import assert from "node:assert/strict";
import { cutText } from "../../lib/report/cut_text.ts";

Deno.test("a text within the limit stays, a longer one ends with an ellipsis at the limit", () => {
  assert.equal(cutText("abc", 3), "abc");
  assert.equal(cutText("abcd", 3), "ab…");
});
