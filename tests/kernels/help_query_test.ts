import assert from "node:assert/strict";
import { helpQuery } from "../../kernels/help_query.ts";

Deno.test("help: a mark before or after an expression asks about it, two ask for its source", () => {
  assert.deepEqual(helpQuery("console?"), { expression: "console", detail: 0 });
  assert.deepEqual(helpQuery("?nlora.adapt"), { expression: "nlora.adapt", detail: 0 });
  assert.deepEqual(helpQuery("  f?? \n"), { expression: "f", detail: 1 });
  assert.deepEqual(helpQuery("??tf.tensor([1]).add"), { expression: "tf.tensor([1]).add", detail: 1 });
});

Deno.test("help: code is no question", () => {
  for (
    const code of [
      "",
      "?",
      "a ? b : c",
      "a?.b",
      "a ?? b",
      "a\n?b\n:c",
      "const a = ?",
      "// why?\n1",
      "a?b?",
      "const x = a ?",
    ]
  ) {
    assert.equal(helpQuery(code), null, code);
  }
});
