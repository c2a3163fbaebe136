import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { type Compilation, compile } from "../../lib/tensor/compile.ts";
import { Random } from "../../lib/tensor/random.ts";
import { hasRawOps } from "../../lib/tensor/raw_op.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";

await useBackend();
const traced = hasRawOps();
const random = new Random(8);
const normal = (...shape: number[]) =>
  tf.tensor(random.normal(shape.reduce((product, length) => product * length, 1)), shape);
type Operation = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.Tensor | tf.Tensor[];

/** Operations on x and y (6, 4). */
const operations: Record<string, Operation> = {
  "add, sub, mul, div": (x, y) => tf.div(tf.mul(tf.add(x, y), tf.sub(x, 2)), tf.add(tf.square(y), 1)),
  "matMul": (x, y) => tf.matMul(x, y, false, true),
  "batch matMul": (x, y) => tf.matMul(tf.reshape(x, [2, 3, 4]), tf.reshape(y, [2, 3, 4]), true, false),
  "dot of vectors": (x, y) => tf.dot(tf.reshape(x, [24]), tf.reshape(y, [24])),
  "sum, mean, max, min, prod": (
    x,
  ) => [tf.sum(x, 0), tf.mean(x), tf.max(x, -1, true), tf.min(x, 1), tf.prod(x, 1)],
  "exp, log, sqrt, rsqrt, abs, neg": (x) => {
    const a = tf.add(tf.abs(x), 0.5);
    return [tf.exp(x), tf.log(a), tf.sqrt(a), tf.rsqrt(a), tf.neg(x)];
  },
  "sigmoid, tanh, relu, gelu's erf, softplus, elu": (x) => [
    ...[tf.sigmoid(x), tf.tanh(x), tf.relu(x), tf.erf(x), tf.softplus(x), tf.elu(x)],
  ],
  "sin, cos, pow, maximum, minimum": (x, y) => [
    ...[tf.sin(x), tf.cos(y), tf.pow(tf.abs(x), 1.5), tf.maximum(x, y), tf.minimum(x, y)],
  ],
  "softmax, logSoftmax, logSumExp": (x) => [tf.softmax(x), tf.logSoftmax(x), tf.logSumExp(x, 1)],
  "reshape, transpose, expandDims, squeeze": (x) => [
    ...[tf.transpose(tf.reshape(x, [2, 3, 4]), [1, 2, 0]), tf.squeeze(tf.expandDims(x, 1))],
  ],
  "slice, concat, stack, split, unstack": (x, y) => [
    ...[
      tf.slice(x, [1, 2], [3, 2]),
      tf.concat([x, y], 1),
      tf.stack([x, y]),
      ...tf.split(x, 2),
      ...tf.unstack(y),
    ],
  ],
  "gather, oneHot, cumsum, tile, pad, reverse": (x) => [
    ...[
      tf.gather(x, tf.tensor1d([5, 0, 5], "int32")),
      tf.gather(x, tf.argMax(x, 0)),
      tf.oneHot(tf.tensor1d([1, 3], "int32"), 4),
    ],
    ...[tf.cumsum(x, 0), tf.tile(x, [2, 1]), tf.pad(x, [[1, 0], [0, 2]]), tf.reverse(x, 1)],
  ],
  "scatterND, where, comparisons, cast, argMax": (x, y) => [
    ...[tf.scatterND(tf.tensor2d([[3], [1]], [2, 1], "int32"), tf.slice(x, 0, 2), [6, 4])],
    ...[tf.where(tf.greater(x, y), x, y), tf.cast(tf.lessEqual(x, y), "float32"), tf.argMax(x, 1)],
  ],
  "fill, zeros, ones, eye, range, linspace": (x) => [
    ...[tf.add(x, tf.fill([6, 4], 3)), tf.add(x, tf.onesLike(x)), tf.matMul(x, tf.eye(4)), tf.zerosLike(x)],
    ...[tf.add(tf.range(0, 4), tf.linspace(0, 1, 4))],
  ],
  "clipByValue, floor, sign, reciprocal, norm, addN": (x, y) => [
    ...[tf.clipByValue(x, -0.5, 0.5), tf.floor(x), tf.sign(x), tf.reciprocal(tf.add(tf.abs(x), 1))],
    ...[tf.norm(x), tf.norm(x, 2, 1), tf.addN([x, y, x])],
  ],
  "einsum, bandPart, topk": (x, y) => [
    ...[traced ? tf.einsum("ij,ik->jk", x, y) : x, tf.linalg.bandPart(x, 0, 1), tf.topk(x, 2).values],
  ],
};

for (const [name, fn] of Object.entries(operations)) {
  Deno.test(`compile: ${name} give what they give as they are`, async () => {
    await assertNoLeak(async () => {
      const [x, y] = [normal(6, 4) as tf.Tensor2D, normal(6, 4) as tf.Tensor2D];
      const compiled = compile(fn);
      const expected = [tidy(() => fn(x, y))].flat();
      for (let call = 0; call < 2; call++) {
        const given = [compiled(x, y)].flat();
        assert.equal(given.length, expected.length);
        for (const [i, tensor] of given.entries()) {
          await assertAllClose(tensor, expected[i]!, { rtol: 1e-5, atol: 1e-5 });
        }
        dispose(given);
      }
      dispose([x, y, expected]);
      compiled.dispose();
    });
  });
}

Deno.test("compile: gradients by tf.grads are part of the program", { ignore: !traced }, async () => {
  await assertNoLeak(async () => {
    const [x, w] = [normal(5, 3) as tf.Tensor2D, normal(3, 2) as tf.Tensor2D];
    const loss = (w: tf.Tensor, x: tf.Tensor) => tf.mean(tf.square(tf.softmax(tf.tanh(tf.matMul(x, w)))));
    const gradients = (w: tf.Tensor, x: tf.Tensor) => tf.grads(loss)([w, x]);
    const compiled = compile(gradients);
    const [expected, given] = [tidy(() => gradients(w, x)), compiled(w, x)];
    for (const i of [0, 1]) await assertAllClose(given[i]!, expected[i]!);
    dispose([x, w, expected, given]);
    compiled.dispose();
  });
});

Deno.test("compile: a gradient taken through a compiled function is that of the function", {
  ignore: !traced,
}, async () => {
  await assertNoLeak(async () => {
    const x = tf.tensor1d([1, 2, 3]);
    const cube = compile((x: tf.Tensor) => tf.mul(x, tf.square(x)));
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(cube(x)))(x);
    await assertAllClose(gradient, [3, 12, 27]);
    dispose([x, gradient]);
    cube.dispose();
  });
});

Deno.test("compile: trees go in and come out; one program for each set of shapes and of the other values", async () => {
  await assertNoLeak(async () => {
    const told: Compilation[] = [];
    const fn = (
      { a, rest }: { a: tf.Tensor; rest: (tf.Tensor | null)[] },
      power: number,
      label?: string,
    ) => ({
      sum: tf.add(a, rest[0]!),
      parts: [tf.pow(a, power), null, label],
    });
    const compiled = compile(fn, { name: "trees", onCompile: (compilation) => told.push(compilation) });
    const call = async (length: number, power: number, label?: string) => {
      const [a, b] = [tf.fill([length], 3), tf.fill([length], 4)];
      const { sum, parts } = compiled({ a, rest: [b, null] }, power, label);
      await assertAllClose(sum, new Float32Array(length).fill(7));
      await assertAllClose(parts[0] as tf.Tensor, new Float32Array(length).fill(3 ** power), { rtol: 1e-5 });
      assert.deepEqual(parts.slice(1), [null, label]);
      dispose([a, b, sum, parts[0]]);
    };
    for (let i = 0; i < 2; i++) {
      for (const power of [2, 3]) for (const length of [1, 5]) await call(length, power);
    }
    await call(5, 3, "named");
    assert.equal(told.length, traced ? 5 : 0);
    if (traced) assert.ok(told.every(({ name, operations }) => name === "trees" && operations >= 2));
    compiled.dispose();
  });
});

Deno.test("compile: a result that is an argument is a tensor of its own, and donated arguments are disposed", async () => {
  await assertNoLeak(async () => {
    const x = tf.tensor1d([1, 2]);
    const same = compile((x: tf.Tensor) => x);
    const copy = same(x);
    copy.dispose();
    await assertAllClose(x, [1, 2]);
    const step = compile((x: tf.Tensor, y: tf.Tensor) => tf.add(x, y), { donate: [0] });
    const y = tf.tensor1d([3, 4]);
    const sum = step(x, y);
    assert.ok(x.isDisposed && !y.isDisposed);
    await assertAllClose(sum, [4, 6]);
    dispose([y, sum]);
    same.dispose();
    step.dispose();
  });
});

Deno.test("compile: tensors from outside are fed at each call, also those whose numbers were never used before", async () => {
  await assertNoLeak(async () => {
    const bias = tf.tensor1d([10, 20]);
    const [two, three] = [tf.scalar(2), tf.scalar(3)];
    const scale = tf.variable(two);
    const compiled = compile((x: tf.Tensor) => tf.add(tf.mul(x, scale), bias));
    const x = tf.tensor1d([1, 1]);
    const first = compiled(x);
    await assertAllClose(first, [12, 22]);
    scale.assign(three);
    const second = compiled(x);
    await assertAllClose(second, [13, 23]);
    await assertAllClose(bias, [10, 20]);
    dispose([x, first, second, bias, scale, two, three]);
    const again = tf.tensor1d([1, 1]);
    if (traced) {
      assert.throws(
        () => compiled(again),
        (e) => e instanceof UsageError && /from outside that is disposed/.test(e.message),
      );
    }
    again.dispose();
    compiled.dispose();
  });
});

Deno.test({
  name:
    "compile: what cannot be traced is refused with the operation and the line, and the backend goes on as before",
  ignore: !traced,
  async fn() {
    const x = tf.tensor1d([1, 2, 3]);
    const variable = tf.variable(tf.scalar(1));
    const refused = (fn: (x: tf.Tensor1D) => unknown, words: RegExp) => {
      assert.throws(() => compile(fn)(x), (error) => {
        assert.ok(error instanceof UsageError, String(error));
        assert.match(error.message, words);
        return true;
      });
    };
    const line = /\(compile_test\.ts:\d+\)/;
    refused((x) => tf.scalar(x.dataSync()[0]!), /reads the values of a tensor/);
    refused((x) => tf.scalar(x.dataSync()[0]!), line);
    refused((x) => x.data(), /reads the values of a tensor/);
    refused(() => variable.dataSync(), /reads the values of a tensor/);
    refused(() => tf.randomNormal([2]), /draws random numbers/);
    refused(() => tf.randomUniform([2], 0, 1, "float32", 3), /draws random numbers.*compile_test/);
    refused((x) => tf.mul(x, Math.random()), /draws random numbers/);
    refused(() => tf.tensor1d(new Random(1).normal(2)), /draws random numbers/);
    refused((x) => variable.assign(tf.sum(x)), /assigns to a variable/);
    refused((x) => new Map([["x", x]]), /the result of .* is a Map/);
    refused((x) => Promise.resolve(x), /the result of .* is a Promise/);
    assert.throws(() => compile((given: unknown) => given)(new Map()), /arguments\[0\] is a Map/);
    const sum = tf.sum(x);
    await assertAllClose(sum, [6]);
    dispose([x, variable, sum]);
  },
});

Deno.test(
  "compile: memory of a big intermediate result is not needed to trace it",
  { ignore: !traced },
  async () => {
    await assertNoLeak(async () => {
      const x = tf.ones([1, 1]) as tf.Tensor2D;
      // A matrix of a million times a million would need four terabytes; in the program it is never there.
      const small = compile((x: tf.Tensor2D) =>
        tf.slice(tf.broadcastTo(x, [1000000, 1000000]), [5, 7], [1, 2])
      );
      const y = small(x);
      await assertAllClose(y, [1, 1]);
      dispose([x, y]);
      small.dispose();
    });
  },
);
