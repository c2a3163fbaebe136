import assert from "node:assert/strict";
import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../lib/tensor/random.ts";
import { hasRawOps, rawOp } from "../../lib/tensor/raw_op.ts";
import { makeResident } from "../../lib/tensor/resident.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { currentBackend, useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";

const backend = await useBackend();

Deno.test("useBackend: what was forced by the environment is in use, and the report says so", () => {
  const forced = process.env.NLORA_BACKEND;
  assert.equal(tf.getBackend(), backend.name);
  assert.ok(backend.device.length > 0 && backend.reason.length > 0);
  if (forced) {
    assert.equal(backend.name, forced);
    assert.equal(backend.reason, "forced by NLORA_BACKEND");
  }
  assert.deepEqual(currentBackend(), backend);
});

Deno.test("useBackend: an unknown name is refused with the known ones, and nothing changes", async () => {
  await assert.rejects(
    useBackend("cuda"),
    (error) => error instanceof UsageError && /tensorflow, webgpu, wasm/.test(error.message),
  );
  assert.equal(tf.getBackend(), backend.name);
});

Deno.test("products on the backend agree with double precision on the host, for every transposition", async () => {
  const [m, k, n] = [7, 33, 5];
  const random = new Random(0);
  const a = random.normal(m * k);
  const b = random.normal(k * n);
  const expected = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += a[i * k + l]! * b[l * n + j]!;
      expected[i * n + j] = sum;
    }
  }
  await assertNoLeak(async () => {
    const [x, y] = [tf.tensor2d(a, [m, k]), tf.tensor2d(b, [k, n])];
    const [xt, yt] = [tf.transpose(x), tf.transpose(y)];
    const products = [
      tf.matMul(x, y),
      tf.matMul(xt, y, true, false),
      tf.matMul(x, yt, false, true),
      tf.matMul(xt, yt, true, true),
    ];
    for (const product of products) await assertAllClose(product, expected, { rtol: 1e-4, atol: 1e-5 });
    dispose([x, y, xt, yt, products]);
  });
});

Deno.test("tidy keeps what is deep in its result and nothing else; dispose frees it", async () => {
  await assertNoLeak(async () => {
    const kept = tidy(() => {
      const x = tf.tensor1d([1, 2, 3]);
      return { deep: [{ square: tf.square(x) }], none: null };
    });
    await assertAllClose(kept.deep[0]!.square, [1, 4, 9]);
    dispose(kept);
  });
});

Deno.test("makeResident keeps the values and takes over the tensor", async () => {
  await assertNoLeak(async () => {
    const x = makeResident(tf.tensor1d([1, -2, 3]));
    await assertAllClose(x, [1, -2, 3]);
    x.dispose();
  });
});

Deno.test({
  name: `rawOp runs an operation that tfjs does not wrap${
    hasRawOps() ? "" : " (skipped: only tensorflow has them)"
  }`,
  ignore: !hasRawOps(),
  fn: async () => {
    await assertNoLeak(async () => {
      const x = tf.tensor2d([[4, 2], [2, 3]]);
      const [l] = rawOp("Cholesky", { T: { type: "float32" } }, [x], 1);
      await assertAllClose(l!, [2, 0, 1, Math.SQRT2]);
      tf.dispose([x, l!]);
    });
  },
});
