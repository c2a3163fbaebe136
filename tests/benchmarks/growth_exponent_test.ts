import assert from "node:assert/strict";
import { growthExponent } from "../../lib/benchmarks/growth_exponent.ts";

for (const power of [0, 1, 1.5, 3]) {
  Deno.test(`growthExponent finds ${power} again, whatever the factor before it`, () => {
    const points = [1, 2, 5, 40].map((x) => [x, 7 * x ** power] as const);
    assert.ok(Math.abs(growthExponent(points) - power) < 1e-12);
  });
}

Deno.test("growthExponent goes between points that no power fits", () => {
  const exponent = growthExponent([[1, 1], [2, 2.2], [4, 3.6], [8, 8.8]]);
  assert.ok(exponent > 0.9 && exponent < 1.1);
});
