import assert from "node:assert/strict";
import { nearestQuotient } from "../../lib/evaluation/nearest_quotient.ts";
import { Random } from "../../lib/tensor/random.ts";

Deno.test("for integers that are floats the quotient is the float division", () => {
  const random = new Random(0);
  for (let i = 0; i < 1000; i++) {
    const [a, b] = [...random.uniform(2)].map((u, side) =>
      Math.floor(u * 10 ** (1 + (i + 7 * side) % 15)) + 1
    );
    assert.equal(nearestQuotient(BigInt(a!), BigInt(b!)), a! / b!);
    assert.equal(nearestQuotient(BigInt(-a!), BigInt(b!)), -a! / b!);
  }
});

Deno.test("larger integers are divided before they are rounded", () => {
  const tiny = 2n ** 60n; // added to a half-way case, far below the last bit of a float
  assert.equal(nearestQuotient((2n ** 53n + 1n) * tiny, tiny), 2 ** 53);
  assert.equal(nearestQuotient((2n ** 53n + 1n) * tiny + 1n, tiny), 2 ** 53 + 2);
  assert.equal(nearestQuotient(10n ** 400n, 10n ** 399n), 10);
  assert.equal(nearestQuotient(1n, 10n ** 400n), 0);
  assert.equal(nearestQuotient(10n ** 400n, 3n), Infinity);
  assert.equal(nearestQuotient(0n, 7n), 0);
});
