import assert from "node:assert/strict";
import { paretoFront } from "../../../lib/experiments/store/pareto_front.ts";
import { Random } from "../../../lib/tensor/random.ts";

Deno.test("paretoFront: exactly the items that none beats, of many drawn ones, in two and three costs", () => {
  const random = new Random(3);
  for (const costs of [2, 3]) {
    const items = Array.from({ length: 300 }, () => Array.from({ length: costs }, () => random.int(12)));
    const beats = (a: number[], b: number[]) => a.every((x, i) => x <= b[i]!) && a.some((x, i) => x < b[i]!);
    const expected = items.filter((one) => !items.some((other) => beats(other, one)));
    const front = paretoFront(items, Array.from({ length: costs }, (_, i) => (item: number[]) => item[i]!));
    const sorted = (list: number[][]) => list.map((item) => item.join()).sort();
    assert.deepEqual(sorted(front), sorted(expected));
    assert.deepEqual(front.map((item) => item[0]!), front.map((item) => item[0]!).sort((a, b) => a - b));
  }
});

Deno.test("paretoFront: equal items stay, and what has no finite cost is left out", () => {
  const value = (item: number) => item;
  assert.deepEqual(paretoFront([2, 1, 1, NaN, Infinity], [value]), [1, 1]);
  assert.deepEqual(paretoFront([], [value]), []);
});
