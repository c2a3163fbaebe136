import assert from "node:assert/strict";
import { sampleWithoutReplacement } from "../../lib/linalg/sample_without_replacement.ts";
import { Random } from "../../lib/tensor/random.ts";
import { UsageError } from "../../lib/usage_error.ts";

Deno.test("sampleWithoutReplacement gives distinct ascending indices, the same for the same seed", () => {
  const weights = new Random(0).uniform(50);
  const draw = (seed: number) => sampleWithoutReplacement(weights, 20, new Random(seed));
  assert.deepEqual(draw(1), [...new Set(draw(1))].sort((a, b) => a - b));
  assert.deepEqual(draw(1), draw(1));
  assert.notDeepEqual(draw(1), draw(2));
});

Deno.test("sampleWithoutReplacement takes all when all are asked for, and zero weights last", () => {
  assert.deepEqual(sampleWithoutReplacement([3, 0, 1], 3, new Random(0)), [0, 1, 2]);
  for (let seed = 0; seed < 20; seed++) {
    assert.deepEqual(sampleWithoutReplacement([0, 5, 0, 1, 0], 2, new Random(seed)), [1, 3]);
    assert.ok(sampleWithoutReplacement([0, 5, 0, 1, 0], 3, new Random(seed)).includes(3));
  }
});

Deno.test("sampleWithoutReplacement draws each index in proportion to its weight", () => {
  const random = new Random(5);
  const weights = [1, 2, 3, 4];
  const times = [0, 0, 0, 0];
  const draws = 4000;
  for (let i = 0; i < draws; i++) times[sampleWithoutReplacement(weights, 1, random)[0]!]!++;
  weights.forEach((weight, i) => {
    const p = weight / 10;
    const deviation = Math.sqrt(p * (1 - p) / draws);
    assert.ok(Math.abs(times[i]! / draws - p) < 4 * deviation, `${times}`);
  });
});

Deno.test("sampleWithoutReplacement refuses a count out of range and weights that are none", () => {
  const refuses = (weights: number[], count: number, message: RegExp) =>
    assert.throws(
      () => sampleWithoutReplacement(weights, count, new Random(0)),
      (e) => e instanceof UsageError && message.test(e.message),
    );
  refuses([1, 2], 3, /cannot draw 3 distinct indices from 2; draw from 0 to 2/);
  refuses([1, 2], 0.5, /cannot draw 0.5/);
  refuses([1, -2], 1, /weight 1 is -2/);
  refuses([NaN, 2], 1, /weight 0 is NaN/);
});
