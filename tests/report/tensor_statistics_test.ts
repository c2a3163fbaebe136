import assert from "node:assert/strict";
import { tensorStatistics } from "../../lib/report/tensor_statistics.ts";

Deno.test("statistics are those of the finite values; the others are counted", () => {
  assert.deepEqual(tensorStatistics([2, NaN, 4, Infinity, 6, -Infinity]), {
    least: 2,
    greatest: 6,
    mean: 4,
    deviation: Math.sqrt(8 / 3),
    nan: 1,
    infinite: 2,
  });
  const none = tensorStatistics([NaN]);
  assert.ok(Number.isNaN(none.mean) && Number.isNaN(none.deviation));
});

Deno.test("the deviation of large numbers close together is not lost to rounding", () => {
  const { deviation } = tensorStatistics([1e9, 1e9 + 1, 1e9 + 2]);
  assert.ok(Math.abs(deviation - Math.sqrt(2 / 3)) < 1e-9);
});
