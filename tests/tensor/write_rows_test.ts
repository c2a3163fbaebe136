import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { writeRows } from "../../lib/tensor/write_rows.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

Deno.test("writeRows: the rows at the places are the values, the others stay, and the tensor is consumed", async () => {
  await assertNoLeak(async () => {
    const x = tf.tensor2d([[1, 1], [2, 2], [3, 3]]);
    const [places, values] = [tf.tensor1d([2, 0], "int32"), tf.tensor2d([[7, 8], [5, 6]])];
    const y = writeRows(x, places, values);
    assert.ok(x.isDisposed && !places.isDisposed && !values.isDisposed);
    await assertAllClose(y, [5, 6, 2, 2, 7, 8]);
    const [second, row] = [tf.tensor1d([1], "int32"), tf.tensor2d([[0, 9]])];
    const z = writeRows(y, second, row);
    await assertAllClose(z, [5, 6, 0, 9, 7, 8]);
    dispose([places, values, second, row, z]);
  });
});
