import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { subtractProduct } from "../../lib/linalg/subtract_product.ts";
import { Random } from "../../lib/tensor/random.ts";
import { hasRawOps } from "../../lib/tensor/raw_op.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

for (const inner of [[], [2], [2, 3], [6, 2]]) {
  const sides = [7, ...inner, 5];
  Deno.test(`subtractProduct of factors through ${sides.join(", ")}: w minus their product, all left as they were`, async () => {
    await assertNoLeak(async () => {
      const random = new Random(0);
      const matrix = (m: number, n: number) => tf.tensor2d(random.normal(m * n), [m, n]);
      const w = matrix(7, 5);
      const factors = sides.slice(1).map((side, i) => matrix(sides[i]!, side));
      const before = await Promise.all([w, ...factors].map(async (x) => (await x.data()).slice()));
      const residual = subtractProduct(w, ...factors);
      const expected = tidy(() => tf.sub(w, factors.reduce((a, b) => tf.matMul<tf.Tensor2D>(a, b))));
      await assertAllClose(residual, expected, { atol: 1e-5 });
      for (const [i, x] of [w, ...factors].entries()) {
        await assertAllClose(x, before[i]!, { rtol: 0, atol: 0 });
      }
      dispose([w, factors, residual, expected]);
    });
  });
}

Deno.test("subtractProduct of a large matrix, which is compiled, gives what its parts give", {
  ignore: !hasRawOps(),
}, async () => {
  await assertNoLeak(async () => {
    const random = new Random(1);
    const size = 2048;
    const w = tf.ones([size, size]) as tf.Tensor2D;
    const [left, right] = [
      tf.tensor2d(random.normal(3 * size), [size, 3]),
      tf.tensor2d(random.normal(3 * size), [3, size]),
    ];
    const whole = subtractProduct(w, left, right);
    const rows = (x: tf.Tensor2D) => tf.slice(x, [700, 0], [5, -1]);
    const [part, some, most] = [rows(whole), rows(w), rows(left)];
    const expected = subtractProduct(some, most, right);
    await assertAllClose(part, expected, { atol: 1e-5 });
    dispose([w, left, right, whole, part, some, most, expected]);
  });
});

Deno.test("subtractProduct refuses factors of another shape with all three", async () => {
  await assertNoLeak(() => {
    const [w, left, right] = [tf.zeros([4, 3]), tf.zeros([4, 2]), tf.zeros([2, 4])] as tf.Tensor2D[];
    assert.throws(
      () => subtractProduct(w!, left!, right!),
      (e) =>
        e instanceof UsageError && /product of 4×2 and 2×4 cannot be taken off a 4×3 matrix/.test(e.message),
    );
    dispose([w, left, right]);
  });
});
