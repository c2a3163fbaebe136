import assert from "node:assert/strict";
import { median } from "../../lib/benchmarks/median.ts";

Deno.test("median is the middle number, or the mean of the middle two, in whatever order they come", () => {
  assert.equal(median([5]), 5);
  assert.equal(median([9, 1, 4]), 4);
  assert.equal(median([10, 1, 4, 2]), 3);
});
