import assert from "node:assert/strict";
import { wilsonInterval } from "../../lib/evaluation/wilson_interval.ts";
import { UsageError } from "../../lib/usage_error.ts";

Deno.test("wilsonInterval: its ends are the shares from which the one found is 1.96 standard errors away", () => {
  for (const [share, n] of [[0.5, 10], [0.577, 1319], [0.1, 32], [0.98, 164]] as const) {
    const { low, high } = wilsonInterval(share, n);
    for (const end of [low, high]) {
      const standardError = Math.sqrt(end * (1 - end) / n);
      assert.ok(Math.abs(Math.abs(share - end) / standardError - 1.959964) < 1e-9, `${share} of ${n}`);
    }
    assert.ok(low < share && share < high);
  }
});

Deno.test("wilsonInterval: none and all still tell something, and mirror each other", () => {
  const [none, all] = [wilsonInterval(0, 64), wilsonInterval(1, 64)];
  assert.deepEqual([none.low, all.high], [0, 1]);
  assert.ok(Math.abs(none.high - (1 - all.low)) < 1e-12 && none.high > 0.05 && none.high < 0.06);
});

Deno.test("wilsonInterval: refuses what is no share of trials", () => {
  for (const [share, n] of [[1.1, 10], [-0.1, 10], [NaN, 10], [0.5, 0], [0.5, 2.5]] as const) {
    assert.throws(() => wilsonInterval(share, n), UsageError);
  }
});
