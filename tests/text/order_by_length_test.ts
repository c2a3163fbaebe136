import assert from "node:assert/strict";
import { Random } from "../../lib/tensor/random.ts";
import { indexOrder } from "../../lib/text/batches.ts";
import { orderByLength } from "../../lib/text/order_by_length.ts";

const random = new Random(8);
const lengths = Array.from({ length: 48 }, () => 1 + random.int(100));
const [batch, window] = [4, 6];

function take(seed: number, count: number): number[] {
  const order = orderByLength(indexOrder(48, new Random(1)), lengths, {
    batch,
    window,
    random: new Random(seed),
  });
  return Array.from({ length: count }, () => order.next().value);
}

Deno.test("orderByLength: each window holds the indices of the order, and the seed fixes their order", () => {
  const plain = indexOrder(48, new Random(1));
  for (let start = 0; start < 96; start += batch * window) {
    const expected = Array.from({ length: batch * window }, () => plain.next().value);
    assert.deepEqual(take(2, 96).slice(start, start + batch * window).toSorted(), expected.toSorted());
  }
  assert.deepEqual(take(2, 96), take(2, 96));
  assert.notDeepEqual(take(2, 96), take(3, 96));
});

Deno.test("orderByLength: within a window no two batches overlap in length, and they come in no order", () => {
  const batches = Array.from(
    { length: window },
    (_, b) => take(2, 24).slice(b * batch, (b + 1) * batch).map((i) => lengths[i]!),
  );
  const byLeast = batches.toSorted((a, b) => Math.min(...a) - Math.min(...b));
  byLeast.slice(1).forEach((next, i) => assert.ok(Math.min(...next) >= Math.max(...byLeast[i]!)));
  assert.notDeepEqual(batches, byLeast);
});
