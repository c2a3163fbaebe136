import assert from "node:assert/strict";
import { effectiveRank } from "../../lib/linalg/effective_rank.ts";
import { stableRank } from "../../lib/linalg/stable_rank.ts";

Deno.test("stableRank: the sum of the squares over the largest square", () => {
  assert.equal(stableRank([2, 2, 2]), 3);
  assert.equal(stableRank(Float64Array.of(4, 3)), 25 / 16);
  assert.equal(stableRank([0, 0]), 0);
});

Deno.test("stableRank is at most the effective rank, and the rank", () => {
  for (const values of [[5, 4, 3, 2, 1], [1, 0.1, 0.1, 0.1], [1, 1, 0]]) {
    const rank = values.filter((value) => value > 0).length;
    assert.ok(stableRank(values) <= effectiveRank(values) + 1e-12);
    assert.ok(effectiveRank(values) <= rank + 1e-12);
  }
});
