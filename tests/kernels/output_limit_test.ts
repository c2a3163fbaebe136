import assert from "node:assert/strict";
import { OutputLimit } from "../../kernels/output_limit.ts";
import { UsageError } from "../../lib/usage_error.ts";

Deno.test("output limit: text passes up to the limit, then comes one notice and nothing more", () => {
  const limit = new OutputLimit("0.00001");
  assert.deepEqual(limit.take("12345"), { text: "12345", notice: "" });
  const { text, notice } = limit.take("6789012345");
  assert.equal(text, "67890");
  assert.match(notice, /more than 0\.00001 MB/);
  assert.deepEqual(limit.take("more"), { text: "", notice: "" });
  limit.reset();
  assert.deepEqual(limit.take("next"), { text: "next", notice: "" });
});

Deno.test("output limit: it is 10 MB unless another is set", () => {
  const limit = new OutputLimit();
  assert.equal(limit.megabytes, 10);
  limit.set("2.5");
  assert.equal(limit.megabytes, 2.5);
  for (const wrong of ["", "0", "-1", "many"]) {
    assert.throws(() => limit.set(wrong), UsageError);
    assert.throws(() => new OutputLimit(wrong), UsageError);
  }
});
