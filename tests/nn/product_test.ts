import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { product, withPrecision } from "../../lib/nn/product.ts";
import { compile } from "../../lib/tensor/compile.ts";
import { Random } from "../../lib/tensor/random.ts";
import { hasRawOps } from "../../lib/tensor/raw_op.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";

await useBackend();
const random = new Random(6);
const normal = (...shape: number[]) =>
  tf.tensor<tf.Rank.R2>(random.normal(shape.reduce((a, b) => a * b)), shape as [number, number]);

for (const batch of [[], [2]]) {
  const rank = batch.length + 2;
  Deno.test(`product of rank ${rank}: with either side transposed it is that of float32`, () =>
    assertNoLeak(async () => {
      const [a, b] = [normal(...batch, 3, 4), normal(...batch, 4, 5)];
      const turn = (x: tf.Tensor2D) => tf.transpose(x, [...batch.keys(), rank - 1, rank - 2]);
      const [at, bt] = [turn(a), turn(b)];
      const expected = tf.matMul(a, b);
      const all = withPrecision("bfloat16", () => [
        ...[product(a, b), product(at, b, true), product(a, bt, false, true), product(at, bt, true, true)],
      ]);
      for (const c of all) await assertAllClose(c, expected, { rtol: 1e-4, atol: 1e-5 });
      dispose([a, b, at, bt, expected, all]);
    }));

  Deno.test({
    name: `product of rank ${rank}: compiled in mixed precision, factors and product are rounded to 8 bits`,
    ignore: !hasRawOps(),
    fn: () =>
      assertNoLeak(async () => {
        const mixed = compile(
          (a: tf.Tensor2D, b: tf.Tensor2D) => withPrecision("bfloat16", () => product(a, b, false, true)),
        );
        // 1 + 2⁻⁹ is rounded to 1, 1 + 2⁻⁷ stays; (1 + 2⁻⁷)² = 1 + 2⁻⁶ + 2⁻¹⁴ is rounded to 1 + 2⁻⁶.
        const shape = [...batch.map(() => 1), 2, 1] as [number, number];
        const a = tf.tensor<tf.Rank.R2>([1 + 2 ** -9, 1 + 2 ** -7], shape);
        const c = mixed(a, a);
        await assertAllClose(c, [1, 1 + 2 ** -7, 1 + 2 ** -7, 1 + 2 ** -6], { rtol: 0, atol: 0 });
        mixed.dispose();
        dispose([a, c]);
      }),
  });
}

Deno.test("withPrecision: the precision before comes back, after an error too", async () => {
  const boom = () => withPrecision("bfloat16", () => assert.fail("boom"));
  assert.throws(boom, /boom/);
  const halved = compile((a: tf.Tensor2D) => product(a, a));
  const a = tf.tensor2d([[1 + 2 ** -9]]);
  const c = halved(a);
  await assertAllClose(c, [Math.fround((1 + 2 ** -9) ** 2)], { rtol: 0, atol: 0 });
  halved.dispose();
  dispose([a, c]);
});
