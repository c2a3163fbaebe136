import assert from "node:assert/strict";
import { keepTopP } from "../../../lib/evaluation/sampling/keep_top_p.ts";

const kept = (probabilities: readonly number[], p: number) => {
  const scores = Float32Array.from(probabilities, Math.log);
  keepTopP(scores, p);
  return [...scores.keys()].filter((id) => scores[id] !== -Infinity);
};

Deno.test("keepTopP: the likeliest tokens that together reach p, never none", () => {
  const probabilities = [0.05, 0.5, 0.15, 0.3];
  assert.deepEqual(kept(probabilities, 0.4), [1]);
  assert.deepEqual(kept(probabilities, 0.51), [1, 3]);
  assert.deepEqual(kept(probabilities, 0.79), [1, 3]);
  assert.deepEqual(kept(probabilities, 0.81), [1, 2, 3]);
  assert.deepEqual(kept(probabilities, 0.96), [0, 1, 2, 3]);
  assert.deepEqual(kept(probabilities, 1), [0, 1, 2, 3]);
  assert.deepEqual(kept(probabilities, 1e-30), [1]);
});

Deno.test("keepTopP: of equally likely tokens as many as reach p, the last ones; what was left out stays so", () => {
  const alike = new Array(1000).fill(1 / 1000);
  assert.deepEqual(kept(alike, 0.0025), [997, 998, 999]);
  assert.deepEqual(kept(alike, 1e-30), [999]);
  assert.deepEqual(kept([0, 0.5, 0, 0.5], 0.9), [1, 3]);
});
