import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { eigh } from "../../lib/linalg/eigh.ts";
import { fromHost } from "../../lib/linalg/host_matrix.ts";
import { rbfKernel } from "../../lib/linalg/rbf_kernel.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";
import { gaussian } from "./random_matrices.ts";

await useBackend();

Deno.test("rbfKernel is exp(−γ·‖xᵢ − yⱼ‖²), entry by entry", async () => {
  await assertNoLeak(async () => {
    const [hostX, hostY] = [gaussian(5, 3, new Random(1)), gaussian(4, 3, new Random(2))];
    const [x, y] = [fromHost(hostX), fromHost(hostY)];
    const kernel = rbfKernel(x, y, 0.3);
    const expected = hostX.to2DArray().flatMap((a) =>
      hostY.to2DArray().map((b) =>
        Math.exp(-0.3 * a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0))
      )
    );
    assert.deepEqual(kernel.shape, [5, 4]);
    await assertAllClose(kernel, expected);
    dispose([x, y, kernel]);
  });
});

Deno.test("rbfKernel of points with themselves is symmetric positive definite, with ones on the diagonal", async () => {
  await assertNoLeak(async () => {
    const x = fromHost(gaussian(8, 2, new Random(3)));
    const kernel = rbfKernel(x, x, 1);
    const { values, vectors } = await eigh(kernel);
    assert.ok(values.every((value) => value > -1e-5));
    assert.ok(Math.abs(values.reduce((sum, value) => sum + value) - 8) < 1e-4, "the trace counts the points");
    dispose([x, kernel, vectors]);
  });
});

Deno.test("rbfKernel refuses points of other dimensions, with both shapes, and a gamma that is not above 0", async () => {
  await assertNoLeak(() => {
    const [x, y] = [tf.zeros([2, 3]), tf.zeros([4, 2])] as [tf.Tensor2D, tf.Tensor2D];
    const refuses = (call: () => unknown, message: RegExp) =>
      assert.throws(call, (e) => e instanceof UsageError && message.test(e.message));
    refuses(() => rbfKernel(x, y, 1), /x is 2×3 and y 4×2/);
    refuses(() => rbfKernel(x, x, 0), /gamma 0 is not above 0/);
    refuses(() => rbfKernel(x, x, NaN), /gamma NaN/);
    dispose([x, y]);
  });
});
