import assert from "node:assert/strict";
import { constantScore } from "../../lib/evaluation/metrics/constant_score.ts";
import { UsageError } from "../../lib/usage_error.ts";

Deno.test("the most frequent answer's accuracy, and the better of both constants' F1", () => {
  const gold = [0, 0, 0, 1, 2];
  assert.equal(constantScore("accuracy", gold), 0.6);
  assert.equal(constantScore("f1", [1, 1, 0, 0]), 2 / 3); // precision 1/2, recall 1
});

Deno.test("a constant correlates with nothing", () => {
  assert.equal(constantScore("pearson", [0.5, 2, 4.5]), 0);
  assert.equal(constantScore("spearman", [0.5, 2, 4.5]), 0);
  assert.equal(constantScore("matthews", [0, 1, 1]), 0);
});

Deno.test("no gold values are refused", () => {
  assert.throws(() => constantScore("accuracy", []), UsageError);
});
