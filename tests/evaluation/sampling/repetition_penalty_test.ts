import assert from "node:assert/strict";
import { repetitionPenalty } from "../../../lib/evaluation/sampling/repetition_penalty.ts";

Deno.test("repetitionPenalty: seen tokens lose, whatever their sign; the others stay", () => {
  const scores = Float32Array.of(2, -2, 0, 3, -3);
  repetitionPenalty(scores, new Set([0, 1, 2]), 2);
  assert.deepEqual([...scores], [1, -4, 0, 3, -3]);
  repetitionPenalty(scores, [], 2);
  assert.deepEqual([...scores], [1, -4, 0, 3, -3]);
});
