import assert from "node:assert/strict";
import { powerLaw } from "../../lib/report/power_law.ts";
import { UsageError } from "../../lib/usage_error.ts";

Deno.test("points on a power law give it back", () => {
  const x = [1, 3, 10, 40];
  const { factor, exponent } = powerLaw(x, x.map((value) => 2.5 * value ** -1.5));
  assert.ok(Math.abs(factor - 2.5) < 1e-12 && Math.abs(exponent + 1.5) < 1e-12);
});

Deno.test("points beside the law count by their ratios: twice and half as much leave it as it is", () => {
  const { factor, exponent } = powerLaw([1, 1, 10, 10], [2, 0.5, 200, 50]);
  assert.ok(Math.abs(factor - 1) < 1e-12 && Math.abs(exponent - 2) < 1e-12);
});

Deno.test("points that have no law are refused", () => {
  for (const [x, y] of [[[1], [1]], [[2, 2], [1, 3]], [[1, 2], [1]], [[1, 2], [0, 1]], [[1, 2], [1, NaN]]]) {
    assert.throws(() => powerLaw(x!, y!), UsageError);
  }
});
