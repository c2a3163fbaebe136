import assert from "node:assert/strict";
import { effectiveRank } from "../../lib/linalg/effective_rank.ts";

const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual}`);

Deno.test("effectiveRank: as many as there are equal values, whatever their size, and 1 for one alone", () => {
  for (const size of [1, 2, 7]) close(effectiveRank(Array(size).fill(0.001)), size);
  close(effectiveRank([5, 0, 0]), 1);
});

Deno.test("effectiveRank of two values is e to the entropy of their shares", () => {
  close(effectiveRank([3, 1]), 4 / 3 ** 0.75); // exp(−(3/4)·ln(3/4) − (1/4)·ln(1/4))
});

Deno.test("effectiveRank does not depend on the scale, and a matrix of zeros has none", () => {
  close(effectiveRank([30, 20, 10]), effectiveRank(Float64Array.of(3, 2, 1)));
  assert.equal(effectiveRank([0, 0]), 0);
  assert.equal(effectiveRank([]), 0);
});
