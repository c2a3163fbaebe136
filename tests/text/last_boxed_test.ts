import assert from "node:assert/strict";
import { lastBoxed } from "../../lib/text/last_boxed.ts";

Deno.test("the last box counts, also inside another", () => {
  assert.equal(lastBoxed("\\boxed{1} and \\boxed{2}."), "2");
  assert.equal(lastBoxed("\\boxed{x = \\boxed{2}}"), "2");
});

Deno.test("braces in a box are balanced", () => {
  assert.equal(lastBoxed("\\boxed{\\frac{a}{b^{2}}} }"), "\\frac{a}{b^{2}}");
  assert.equal(lastBoxed("\\boxed{}"), "");
  assert.equal(lastBoxed("\\boxed{1,\n2}"), "1,\n2");
});

Deno.test("a last box without braces, or one that does not close, is none", () => {
  for (
    const text of [
      "",
      "{5}",
      "boxed{5}",
      "\\boxed 5",
      "\\boxed",
      "\\boxed{1} \\boxed{2",
      "\\boxed5{}",
      "\\fbox{5}",
    ]
  ) {
    assert.equal(lastBoxed(text), null, text);
  }
});
