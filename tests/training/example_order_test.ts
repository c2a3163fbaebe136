import assert from "node:assert/strict";
import { epochEndingAt, exampleOrder } from "../../lib/training/example_order.ts";

const lengths = Array.from({ length: 64 }, (_, i) => 1 + 5 * i % 64);

function drawn(count: number, given: { shuffleSeed: number | null; bucketing?: boolean }): number[] {
  const order = exampleOrder(lengths, { batch: 4, bucketing: false, ...given });
  return Array.from({ length: count }, () => order.next().value);
}

const all = lengths.map((_, i) => i);
const sorted = (places: readonly number[]) => places.toSorted((a, b) => a - b);

Deno.test("without a seed examples come in their own order; with one each pass has another, the same each time", () => {
  assert.deepEqual(drawn(128, { shuffleSeed: null }), [...all, ...all]);
  const shuffled = drawn(128, { shuffleSeed: 3 });
  const passes = [shuffled.slice(0, 64), shuffled.slice(64)];
  for (const pass of passes) assert.deepEqual(sorted(pass), all);
  assert.notDeepEqual(passes[0], passes[1]);
  assert.deepEqual(drawn(128, { shuffleSeed: 3 }), shuffled);
});

Deno.test("bucketing: each step has neighbours in length, and a pass has each example once", () => {
  const order = drawn(64, { shuffleSeed: 3, bucketing: true });
  assert.deepEqual(sorted(order), all);
  for (let step = 0; step < 64; step += 4) {
    const taken = sorted(order.slice(step, step + 4).map((i) => lengths[i]!));
    assert.equal(taken[3]! - taken[0]!, 3);
  }
});

Deno.test("a pass ends in the step that takes its last example; of two that end in one step the later is told", () => {
  const ends = Array.from({ length: 8 }, (_, step) => epochEndingAt(step, 3, 4));
  assert.deepEqual(ends, [null, null, 1, 2, 3, null, 4, 5]);
  assert.equal(epochEndingAt(1, 10, 4), 2);
});
