import assert from "node:assert/strict";
import { Matrix } from "ml-matrix";
import { fromHost, toHost } from "../../lib/linalg/host_matrix.ts";
import { pinv } from "../../lib/linalg/pinv.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { frobenius, gaussian, ofRank } from "./random_matrices.ts";

await useBackend();
const random = new Random(21);

function assertClose(a: Matrix, b: Matrix, tolerance: number): void {
  const apart = frobenius(Matrix.sub(a, b));
  assert.ok(apart <= tolerance * Math.max(1, frobenius(b)), `‖a − b‖ = ${apart}`);
}

function assertMoorePenrose(x: Matrix, p: Matrix, tolerance: number): void {
  assert.deepEqual([p.rows, p.columns], [x.columns, x.rows]);
  assertClose(x.mmul(p).mmul(x), x, tolerance);
  assertClose(p.mmul(x).mmul(p), p, tolerance);
  assertClose(x.mmul(p).transpose(), x.mmul(p), tolerance);
  assertClose(p.mmul(x).transpose(), p.mmul(x), tolerance);
}

for (
  const [name, x] of [
    ["tall", gaussian(9, 4, random)],
    ["wide", gaussian(4, 9, random)],
    ["square", gaussian(5, 5, random)],
    ["singular square", ofRank(6, 6, 3, random)],
    ["rank-deficient tall", ofRank(8, 5, 2, random)],
  ] as const
) {
  Deno.test(`pinv of a ${name} matrix meets the four Moore–Penrose conditions`, async () => {
    assertMoorePenrose(x, pinv(x), 1e-9);
    await assertNoLeak(async () => {
      const tensor = fromHost(x);
      const inverse = await pinv(tensor);
      assertMoorePenrose(await toHost(tensor), await toHost(inverse), 1e-4);
      dispose([tensor, inverse]);
    });
  });
}

Deno.test("pinv drops singular values at or below rtol of the largest", async () => {
  const [x, expected] = [Matrix.diag([4, 1, 0.01]), Matrix.diag([0.25, 1, 0])];
  assertClose(pinv(x, 0.1), expected, 1e-12);
  await assertNoLeak(async () => {
    const tensor = fromHost(x);
    const inverse = await pinv(tensor, 0.1);
    assertClose(await toHost(inverse), expected, 1e-6);
    dispose([tensor, inverse]);
  });
});

Deno.test("pinv refuses an rtol out of range", () => {
  for (const rtol of [-1, 1, NaN]) {
    assert.throws(
      () => pinv(Matrix.eye(2), rtol),
      (e) => e instanceof UsageError && /is not from 0 up to 1/.test(e.message),
    );
  }
});
