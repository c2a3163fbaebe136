import assert from "node:assert/strict";
import { goldRow } from "../../lib/evaluation/gold_row.ts";
import { UsageError } from "../../lib/usage_error.ts";

Deno.test("a gold of JSON gives its fields", () => {
  assert.deepEqual(goldRow('{"test": "x"}'), { place: "the gold", fields: { test: "x" } });
});

Deno.test("another gold is refused, and its start shown", () => {
  for (const gold of ["", "#### 5", "null", "5", "[1]", '{"test"']) {
    assert.throws(
      () => goldRow(gold),
      (error) =>
        error instanceof UsageError && error.message.startsWith(`the gold ${JSON.stringify(gold)} is no`),
      gold,
    );
  }
});
