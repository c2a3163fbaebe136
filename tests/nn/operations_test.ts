import * as tf from "@tensorflow/tfjs-core";
import { attention, attentionBackward, attentionWeights } from "../../lib/nn/attention.ts";
import { causalMask } from "../../lib/nn/attention_mask.ts";
import { crossEntropy } from "../../lib/nn/cross_entropy.ts";
import { dense } from "../../lib/nn/dense.ts";
import { mergeHeads, splitHeads } from "../../lib/nn/heads.ts";
import { rmsNorm, rmsNormAgain, rmsNormBackward } from "../../lib/nn/rms_norm.ts";
import { rotary, rotaryBackward, rotaryTable } from "../../lib/nn/rotary.ts";
import { swiglu, swigluBackward } from "../../lib/nn/swiglu.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertAllClose, assertGradient, assertNoLeak, weightedSum } from "../tensor_assertions.ts";

await useBackend();
const random = new Random(11);
const normal = <R extends tf.Rank>(shape: tf.ShapeMap[R], deviation = 1) =>
  tf.tensor<R>(random.normal(shape.reduce((a, b) => a * b, 1), 0, deviation), shape);

Deno.test("dense is x·Wᵀ for one row, few rows and many", async () => {
  for (const rows of [1, 3, 300]) {
    await assertNoLeak(async () => {
      const [x, w] = [normal<tf.Rank.R2>([rows, 8]), normal<tf.Rank.R2>([5, 8])];
      const [y, expected] = [dense(x, w), tf.matMul(x, w, false, true)];
      await assertAllClose(y, expected, { rtol: 1e-4, atol: 1e-5 });
      dispose([x, w, y, expected]);
    });
  }
});

Deno.test("rmsNorm: rows have the weight's scale, and its gradient is that of finite differences", async () => {
  await assertNoLeak(async () => {
    const [x, w, c] = [normal<tf.Rank.R2>([3, 6]), normal<tf.Rank.R1>([6]), normal<tf.Rank.R2>([3, 6])];
    const { y, inverse } = tidy(() => rmsNorm(x, w, 1e-5));
    const meanSquare = tidy(() => tf.mean(tf.square(tf.div(y, w)), -1));
    await assertAllClose(meanSquare, [1, 1, 1], { rtol: 1e-3 });
    const again = tidy(() => rmsNormAgain(x, inverse, w));
    await assertAllClose(again, y);
    const dx = tidy(() => rmsNormBackward(c, x, inverse, w));
    await assertGradient(x, dx, (x) => weightedSum(tidy(() => rmsNorm(x as tf.Tensor2D, w, 1e-5).y), c));
    dispose([x, w, c, y, inverse, meanSquare, again, dx]);
  });
});

Deno.test("rotary: lengths stay, products depend on the distance alone, and the gradient is the turn backwards", async () => {
  await assertNoLeak(async () => {
    const shape = { heads: 2, headDim: 4, theta: 100 };
    const x = normal<tf.Rank.R2>([1, 8]);
    const products: number[] = [];
    for (const [p, q] of [[2, 5], [10, 13]] as const) {
      const [at, other] = [rotaryTable([p], shape), rotaryTable([q], shape)];
      const product = tidy(() => tf.sum(tf.mul(rotary(x, at), rotary(x, other))));
      products.push((await product.data())[0]!);
      dispose([at, other, product]);
    }
    const difference = tf.scalar(products[0]! - products[1]!);
    await assertAllClose(difference, [0], { atol: 1e-4 });
    const [z, c] = [normal<tf.Rank.R2>([3, 8]), normal<tf.Rank.R2>([3, 8])];
    const table = rotaryTable([0, 1, 7], shape);
    const dx = tidy(() => rotaryBackward(c, table));
    await assertGradient(z, dx, (z) => weightedSum(tidy(() => rotary(z as tf.Tensor2D, table)), c));
    dispose([x, z, c, table, dx, difference]);
  });
});

Deno.test("splitHeads and mergeHeads are inverse to each other", async () => {
  await assertNoLeak(async () => {
    const layout = { batch: 2, kvHeads: 2, groups: 3, headDim: 4 };
    const x = normal<tf.Rank.R2>([2 * 5, 24]);
    const split = tidy(() => splitHeads(x, layout));
    const merged = tidy(() => mergeHeads(split, layout));
    await assertAllClose(merged, x);
    dispose([x, split, merged]);
  });
});

Deno.test("attention: a query sees neither later tokens nor padding, and the gradients are those of finite differences", async () => {
  await assertNoLeak(async () => {
    const mask = causalMask({ padding: [0, 1], queries: 3, kvHeads: 1, groups: 2 });
    const q = normal<tf.Rank.R3>([2, 6, 4]);
    const [k, v] = [normal<tf.Rank.R3>([2, 3, 4]), normal<tf.Rank.R3>([2, 3, 4])];
    const c = normal<tf.Rank.R3>([2, 6, 4]);
    const forward = (q: tf.Tensor3D, k: tf.Tensor3D, v: tf.Tensor3D) =>
      tidy(() => attention(q, k, v, mask).y);
    const weights = tidy(() => attentionWeights({ q, k, v }, mask));
    const seen = tidy(() => tf.cast(tf.greater(tf.slice(weights, [0, 0, 0], [2, 3, 3]), 1e-6), "float32"));
    await assertAllClose(seen, [1, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 1]);
    const gradients = tidy(() => attentionBackward(c, attention(q, k, v, mask).saved, weights));
    await assertGradient(q, gradients.dq, (x) => weightedSum(forward(x as tf.Tensor3D, k, v), c));
    await assertGradient(k, gradients.dk, (x) => weightedSum(forward(q, x as tf.Tensor3D, v), c));
    await assertGradient(v, gradients.dv, (x) => weightedSum(forward(q, k, x as tf.Tensor3D), c));
    dispose([mask, q, k, v, c, weights, seen, gradients]);
  });
});

Deno.test("swiglu: the gradients are those of finite differences", async () => {
  await assertNoLeak(async () => {
    const [gate, up, c] = [
      normal<tf.Rank.R2>([2, 5]),
      normal<tf.Rank.R2>([2, 5]),
      normal<tf.Rank.R2>([2, 5]),
    ];
    const { dGate, dUp } = tidy(() => swigluBackward(c, gate, up));
    await assertGradient(gate, dGate, (x) => weightedSum(tidy(() => swiglu(x as tf.Tensor2D, up)), c));
    await assertGradient(up, dUp, (x) => weightedSum(tidy(() => swiglu(gate, x as tf.Tensor2D)), c));
    dispose([gate, up, c, dGate, dUp]);
  });
});

Deno.test("crossEntropy: the loss is that of log-softmax, and the gradient is that of finite differences", async () => {
  await assertNoLeak(async () => {
    const [h, head] = [normal<tf.Rank.R2>([3, 4]), normal<tf.Rank.R2>([7, 4])];
    const targets = tf.tensor1d([2, 0, 6], "int32");
    const { loss, dh } = crossEntropy(h, head, targets, 1 / 3);
    const expected = tidy(() => {
      const logProbabilities = tf.logSoftmax(tf.matMul(h, head, false, true));
      const hot = tf.oneHot(targets, 7);
      return tf.reshape(tf.neg(tf.div(tf.sum(tf.mul(logProbabilities, hot)), 3)), []);
    });
    await assertAllClose(loss, expected, { rtol: 1e-4 });
    const one = tf.scalar(1);
    await assertGradient(h, dh, (x) => {
      const result = crossEntropy(x as tf.Tensor2D, head, targets, 1 / 3);
      result.dh.dispose();
      return weightedSum(result.loss, one);
    });
    dispose([h, head, targets, loss, dh, expected, one]);
  });
});

Deno.test("crossEntropy: rows taken a few at a time give what they give together", async () => {
  await assertNoLeak(async () => {
    const vocabulary = 60_000; // more than one chunk at 200 rows
    const [h, head] = [normal<tf.Rank.R2>([200, 2]), normal<tf.Rank.R2>([vocabulary, 2])];
    const targets = tf.tensor1d(Array.from({ length: 200 }, (_, i) => i * 7), "int32");
    const whole = crossEntropy(h, head, targets, 1);
    let sum = 0;
    for (const start of [0, 50, 100, 150]) {
      const [part, wanted] = [tf.slice(h, start, 50), tf.slice(targets, start, 50)];
      const result = crossEntropy(part, head, wanted, 1);
      const expected = tf.slice(whole.dh, start, 50);
      await assertAllClose(result.dh, expected, { rtol: 1e-3, atol: 1e-4 });
      sum += (await result.loss.data())[0]!;
      dispose([part, wanted, result, expected]);
    }
    await assertAllClose(whole.loss, [sum], { rtol: 1e-4 });
    dispose([h, head, targets, whole]);
  });
});
