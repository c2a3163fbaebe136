import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { Linear } from "../../lib/nn/linear.ts";
import type { Update } from "../../lib/nn/update.ts";
import { gatherRows, makeWeight, type PackedWeight, unpack, weightStorage } from "../../lib/nn/weight.ts";
import { Random } from "../../lib/tensor/random.ts";
import { hasRawOps } from "../../lib/tensor/raw_op.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertAllClose, assertNoLeak } from "../tensor_assertions.ts";

await useBackend();
const random = new Random(9);
const [m, n] = [5, 64];
const ignore = !hasRawOps();
const formats = ["bfloat16", "int8", "q4"] as const;

async function numbersOf(weight: PackedWeight): Promise<Float32Array> {
  const numbers = tidy(() => unpack(weight));
  const values = Float32Array.from(await numbers.data());
  numbers.dispose();
  return values;
}

/** Values, what they become in a storage, and the numbers that share a scale. */
async function roundTrip(values: Float32Array, format: typeof formats[number]): Promise<Float32Array> {
  const weight = makeWeight(values, [values.length / n, n], format) as PackedWeight;
  const rounded = await numbersOf(weight);
  dispose(weight);
  return rounded;
}

const sharing = { bfloat16: 1, int8: n, q4: 32 };
const bound = {
  bfloat16: ([x]: Float32Array) => Math.abs(x!) / 256,
  int8: (block: Float32Array) => Math.max(...block.map(Math.abs)) / 254,
  q4: (block: Float32Array) => (Math.max(...block) - Math.min(...block)) / 30,
};

for (const format of formats) {
  Deno.test({
    name: `${format}: no number is off by more than the format's bound, and what is rounded stays as it is`,
    ignore,
    fn: () =>
      assertNoLeak(async () => {
        const values = random.normal(m * n, 0.01, 0.05);
        values.fill(0, 0, n);
        const rounded = await roundTrip(values, format);
        for (let start = 0; start < m * n; start += sharing[format]) {
          const block = values.slice(start, start + sharing[format]);
          const most = bound[format](block) * (1 + 1e-5);
          block.forEach((x, i) =>
            assert.ok(Math.abs(rounded[start + i]! - x) <= most, `${x}, ${rounded[start + i]}`)
          );
        }
        assert.notDeepEqual(rounded, values);
        (await roundTrip(rounded, format)).forEach((x, i) =>
          assert.ok(Math.abs(x - rounded[i]!) <= 1e-6 * Math.abs(rounded[i]!))
        );
      }),
  });

  Deno.test({
    name: `${format}: some rows are those of the whole`,
    ignore,
    fn: () =>
      assertNoLeak(async () => {
        const weight = makeWeight(random.normal(m * n), [m, n], format);
        const rows = tf.tensor1d([3, 0, 3], "int32");
        const [some, expected] = tidy(() => [gatherRows(weight, rows), tf.gather(unpack(weight), rows)]);
        await assertAllClose(some!, expected!);
        dispose([weight, rows, some, expected]);
      }),
  });

  Deno.test({
    name:
      `Linear kept as ${format}: with its start taken off and merged it gives what it gave, and comes back exactly`,
    ignore,
    fn: () =>
      assertNoLeak(async () => {
        const weight = makeWeight(random.normal(m * n, 0, 0.3), [m, n], format) as PackedWeight;
        const linear = new Linear("test", weight);
        const given = await numbersOf(weight);
        const [x, dy] = [
          tf.tensor2d(random.normal(3 * n), [3, n]),
          tf.tensor2d(random.normal(3 * m), [3, m]),
        ];
        const both = () =>
          tidy(() => {
            const { y, saved } = linear.forward(x);
            return { y, dx: linear.backward(dy, saved, () => x).dx };
          });
        const plain = both();
        const expected = tidy(() => {
          const w = tf.tensor2d(given, [m, n]);
          return { y: tf.matMul(x, w, false, true), dx: tf.matMul(dy, w) };
        });
        await assertAllClose(plain.y, expected.y, { rtol: 1e-4, atol: 1e-5 });
        await assertAllClose(plain.dx, expected.dx, { rtol: 1e-4, atol: 1e-5 });

        const factors = {
          A: tf.tensor2d(random.normal(2 * n), [2, n]),
          B: tf.tensor2d(random.normal(2 * m), [m, 2]),
        };
        const update: Update = {
          ...{ factors, start: factors, scaling: 0.5 },
          ...{ trains: new Set(["A", "B"] as const), rowNorms: null },
        };
        linear.attach(update);
        for (const merged of [false, true]) {
          if (merged) linear.merge();
          const result = both();
          await assertAllClose(result.y, plain.y, { rtol: 1e-4, atol: 1e-4 });
          await assertAllClose(result.dx, plain.dx, { rtol: 1e-4, atol: 1e-4 });
          const whole = linear.given();
          await assertAllClose(whole, given, { rtol: 1e-5, atol: 1e-5 });
          dispose([result, whole]);
        }
        assert.ok(linear.merged);
        linear.detach();
        const back = linear.given();
        await assertAllClose(back, given, { rtol: 0, atol: 0 });
        dispose([x, dy, plain, expected, factors, back]);
        linear.dispose();
      }),
  });
}

Deno.test({
  name: "bfloat16: rounds to nearest even, and keeps infinities and what is no number",
  ignore,
  fn: async () => {
    const exact = [1, -1, 0.5, 3e38, 1e-38, -Infinity, Infinity, 0];
    const halfway = [1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -20, NaN];
    const values = new Float32Array(n);
    values.set([...exact, ...halfway]);
    const rounded = await roundTrip(values, "bfloat16");
    assert.deepEqual([rounded[0], rounded[1], rounded[2], rounded[5], rounded[6], rounded[7]], [
      ...[1, -1, 0.5, -Infinity, Infinity, 0],
    ]);
    assert.deepEqual([...rounded.subarray(8, 12)], [1, 1 + 2 ** -6, 1 + 2 ** -7, NaN]);
  },
});

Deno.test({
  name: "q4: a weight of 16 values in equal steps keeps them",
  ignore,
  fn: async () => {
    const values = Float32Array.from({ length: 2 * n }, (_, i) => 0.25 * ((i * 7) % 16) - 1.5);
    assert.deepEqual(await roundTrip(values, "q4"), values);
  },
});

Deno.test({
  name: "makeWeight: refuses rows that fill no whole blocks, with what they should be",
  ignore,
  fn: () => {
    assert.throws(() => makeWeight(new Float32Array(40), [1, 40], "q4"), {
      name: UsageError.name,
      message: /\(1, 40\) cannot be kept as q4, whose rows are multiples of 32; keep it as float32/,
    });
  },
});

Deno.test({
  name: "makeWeight: without the bits of int32 tensors it refuses what is packed, with the mend",
  ignore: hasRawOps(),
  fn: () => {
    for (const format of formats) {
      assert.throws(() => makeWeight(new Float32Array(n), [1, n], format), {
        name: UsageError.name,
        message: new RegExp(`cannot unpack ${format} weights; keep them as float32`),
      });
    }
  },
});

Deno.test("weightStorage: an unknown name is refused with those that there are", () => {
  assert.equal(weightStorage("q4"), "q4");
  assert.throws(() => weightStorage("fp4"), /"fp4"; choose one of float32, bfloat16, int8, q4/);
  assert.throws(() => weightStorage("toString"), UsageError);
});
