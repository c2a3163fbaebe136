import assert from "node:assert/strict";
import { keepTopK } from "../../../lib/evaluation/sampling/keep_top_k.ts";
import { Random } from "../../../lib/tensor/random.ts";

const kept = (numbers: readonly number[], k: number) => {
  const scores = Float32Array.from(numbers);
  keepTopK(scores, k);
  scores.forEach((score, id) => assert.ok(score === -Infinity || score === Math.fround(numbers[id]!)));
  return [...scores.keys()].filter((id) => scores[id] !== -Infinity);
};

Deno.test("keepTopK: the k largest stay, with all that are as large as the last of them", () => {
  assert.deepEqual(kept([1, 5, 3, 4], 1), [1]);
  assert.deepEqual(kept([1, 5, 3, 4], 3), [1, 2, 3]);
  assert.deepEqual(kept([3, 5, 3, 4, 3], 3), [0, 1, 2, 3, 4]);
  assert.deepEqual(kept([3, 3, 3, 1], 1), [0, 1, 2]);
  assert.deepEqual(kept([1, 2], 2), [0, 1]);
  assert.deepEqual(kept([1, 2], 9), [0, 1]);
  assert.deepEqual(kept([-Infinity, -1, -Infinity, -2], 3), [1, 3]);
});

Deno.test("keepTopK: the same as by sorting, for many numbers with ties", () => {
  const random = new Random(3);
  for (const k of [1, 7, 50, 499]) {
    const numbers = Array.from({ length: 500 }, () => random.int(200));
    const threshold = numbers.toSorted((a, b) => b - a)[k - 1]!;
    assert.deepEqual(kept(numbers, k), [...numbers.keys()].filter((id) => numbers[id]! >= threshold));
  }
});
