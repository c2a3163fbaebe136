import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { folds } from "../../lib/nn/adapted_linear.ts";
import type { FactorName, Factors } from "../../lib/nn/factors.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { isLowRank } from "../../lib/nn/low_rank.ts";
import type { Update } from "../../lib/nn/update.ts";
import { Random } from "../../lib/tensor/random.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { assertAllClose, assertGradient, assertNoLeak, weightedSum } from "../tensor_assertions.ts";

await useBackend();
const random = new Random(3);
const [tokens, m, n, r, scaling] = [3, 5, 4, 2, 0.5];
const shapes = {
  A: [r, n],
  lambda_d: [r],
  N: [r, r],
  B: [m, r],
  lambda_b: [m],
  delta: [m, n],
  magnitude: [m],
  bias: [m],
};
const normal = (shape: readonly number[]) => {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor<tf.Rank.R2>(random.normal(size), shape as [number, number]);
};

const forms: Record<string, FactorName[]> = {
  "B·A": ["A", "B"],
  "B·N·A": ["A", "N", "B"],
  "B·N·diag(d)·A": ["A", "lambda_d", "N", "B"],
  "diag(b)·B·diag(d)·A": ["A", "lambda_d", "B", "lambda_b"],
  "delta": ["delta"],
  "delta and bias": ["delta", "bias"],
  "rows of W + B·A scaled to magnitudes": ["A", "B", "magnitude"],
};

function make(names: readonly FactorName[], trains: readonly FactorName[] = names): Update {
  const factors = Object.fromEntries(names.map((name) => [name, normal(shapes[name])])) as Factors;
  return { factors, scaling, trains: new Set(trains), start: null, rowNorms: null };
}

/** W' by the formula of Factors, for the update of a map that is not merged. */
function updated(weight: tf.Tensor2D, { factors }: Update): tf.Tensor2D {
  return tidy(() => {
    const { A, lambda_d, N, B, lambda_b, delta, magnitude } = factors;
    let product = B ? tf.mul<tf.Tensor2D>(B, scaling) : tf.zeros<tf.Rank.R2>([m, r]);
    if (N) product = tf.matMul(product, N);
    if (lambda_d) product = tf.mul(product, lambda_d);
    if (lambda_b) product = tf.mul(tf.reshape(lambda_b, [m, 1]), product);
    const sum = tf.add(weight, delta ?? tf.matMul(product, A!));
    if (!magnitude) return sum as tf.Tensor2D;
    return tf.mul(sum, tf.reshape(tf.div(magnitude, tf.norm(sum, 2, 1)), [m, 1])) as tf.Tensor2D;
  });
}

/** x·W'ᵀ + b, for a map that is not merged. */
function applied(x: tf.Tensor2D, linear: Linear, update: Update): tf.Tensor {
  return tidy(() => {
    const y = tf.add(tf.matMul(x, updated(linear.weight, update), false, true), linear.bias!);
    return update.factors.bias ? tf.add(y, update.factors.bias) : y;
  });
}

async function withLinear(
  names: readonly FactorName[],
  body: (linear: Linear, update: Update) => Promise<void>,
) {
  await assertNoLeak(async () => {
    const linear = new Linear("test", normal([m, n]), tf.tensor1d(random.normal(m)));
    const update = make(names);
    linear.attach(update);
    await body(linear, update);
    dispose([update.factors, update.rowNorms]);
    linear.dispose();
  });
}

for (const [form, names] of Object.entries(forms)) {
  Deno.test(`Linear with ${form}: y = x·W'ᵀ, beside the weight and merged, and W comes back`, async () => {
    await withLinear(names, async (linear, update) => {
      const x = normal([tokens, n]);
      const given = tf.clone(linear.weight);
      const expected = applied(x, linear, update);
      const delta = linear.delta();
      const beside = tidy(() => linear.forward(x).y);
      await assertAllClose(beside, expected, { rtol: 1e-4, atol: 1e-5 });
      linear.merge();
      const merged = tidy(() => linear.forward(x).y);
      await assertAllClose(merged, expected, { rtol: 1e-4, atol: 1e-5 });
      const mergedDelta = linear.delta();
      await assertAllClose(mergedDelta, delta, { rtol: 1e-4, atol: 1e-5 });
      const sum = tf.add(given, delta);
      await assertAllClose(linear.weight, sum, { rtol: 1e-4, atol: 1e-5 });
      linear.detach();
      assert.equal(linear.update, null);
      await assertAllClose(linear.weight, given, { rtol: 1e-4, atol: 1e-5 });
      dispose([x, given, expected, delta, beside, merged, mergedDelta, sum]);
    });
  });

  Deno.test(`Linear with ${form}: gradients are those of finite differences`, async () => {
    await withLinear(names, async (linear, update) => {
      const [x, c] = [normal([tokens, n]), normal([tokens, m])];
      const { dx, gradients } = tidy(() => linear.backward(c, linear.forward(x).saved, () => x));
      assert.deepEqual(Object.keys(gradients).sort(), [...names].sort());
      const value = (x: tf.Tensor) => weightedSum(tidy(() => linear.forward(x as tf.Tensor2D).y), c);
      await assertGradient(x, dx, value);
      const kept = update.factors;
      for (const name of names) {
        await assertGradient(kept[name]!, gradients[name]!, (changed) => {
          update.factors = { ...kept, [name]: changed }; // the row norms stay: the gradient holds them fixed
          return value(x);
        });
        update.factors = kept;
      }
      dispose([x, c, dx, gradients]);
    });
  });
}

Deno.test("Linear: with N alone trained, only its gradient is formed and the input is not asked for", async () => {
  await assertNoLeak(() => {
    const linear = new Linear("test", normal([m, n]));
    const update = make(["A", "N", "B"], ["N"]);
    linear.attach(update);
    const [x, c] = [normal([tokens, n]), normal([tokens, m])];
    const { saved, result } = tidy(() => {
      const { saved } = linear.forward(x);
      const refuse = () => assert.fail("the input is not needed");
      return { saved, result: linear.backward(c, saved, refuse) };
    });
    assert.deepEqual(Object.keys(result.gradients), ["N"]);
    assert.equal(saved.lowRank!.v, null, "what only B's gradient needs is kept");
    dispose([x, c, saved, result, update.factors]);
    linear.dispose();
  });
});

Deno.test("Linear: the start of an update is taken off the weight and given back; a second update is refused", async () => {
  await assertNoLeak(async () => {
    const linear = new Linear("test", normal([m, n]));
    const given = tf.clone(linear.weight);
    const update = make(["A", "N", "B"]);
    const start = Object.fromEntries(
      Object.entries(update.factors).map(([name, value]) => [name, tf.clone(value)]),
    ) as Factors;
    assert.ok(isLowRank(start));
    linear.attach({ ...update, start });
    const whole = tidy(() => tf.add(linear.weight, linear.delta()));
    await assertAllClose(whole, given, { rtol: 1e-4, atol: 1e-5 });
    assert.throws(
      () => linear.attach(update),
      (e) => e instanceof UsageError && /has an adapter already/.test(e.message),
    );
    linear.detach();
    await assertAllClose(linear.weight, given, { rtol: 1e-4, atol: 1e-5 });
    dispose([given, whole, start, update.factors]);
    linear.dispose();
  });
});

Deno.test("Linear: with A and B frozen a start is taken off N, and x·Aᵀ and dy·B are read off the products with W", async () => {
  for (const leading of [true, false]) {
    await assertNoLeak(async () => {
      const linear = new Linear("test", normal([m, n]));
      const given = tf.clone(linear.weight);
      const A = tf.slice(given, [0, 0], [r, n]);
      const B = tf.slice(given, [0, 0], [m, r]);
      const [N, N0] = [normal([r, r]), normal([r, r])];
      const start = { A: tf.clone(A), N: N0, B: tf.clone(B) };
      const update = {
        factors: { A, N, B },
        scaling,
        trains: new Set(["N"] as const),
        start,
        leading,
        rowNorms: null,
      };
      linear.attach(update);
      await assertAllClose(linear.weight, given, { rtol: 0, atol: 0 });
      const [x, c] = [normal([tokens, n]), normal([tokens, m])];
      const expected = tidy(() => {
        const delta = tf.mul(tf.matMul(tf.matMul(B, tf.sub<tf.Tensor2D>(N, N0)), A), scaling);
        return tf.matMul(x, tf.add<tf.Tensor2D>(given, delta), false, true);
      });
      const y = tidy(() => linear.forward(x).y);
      await assertAllClose(y, expected, { rtol: 1e-4, atol: 1e-5 });
      const { dx, gradients } = tidy(() =>
        linear.backward(c, linear.forward(x).saved, () => assert.fail("not needed"))
      );
      const value = (x: tf.Tensor) => weightedSum(tidy(() => linear.forward(x as tf.Tensor2D).y), c);
      await assertGradient(x, dx, value);
      await assertGradient(N, gradients.N!, (changed) => {
        update.factors = { A, N: changed as tf.Tensor2D, B };
        linear.setFactors(update.factors);
        return value(x);
      });
      linear.detach();
      await assertAllClose(linear.weight, given, { rtol: 0, atol: 0 });
      dispose([given, A, B, N, start, x, c, expected, y, dx, gradients]);
      linear.dispose();
    });
  }
});

Deno.test("Linear: a product of low rank is folded into the weight where there are many tokens, with the same results", async () => {
  const many = 4 * Math.max(m, n);
  assert.ok(folds(many, [m, n], m) && folds(many, [m, n], n) && !folds(tokens, [m, n], m));
  for (const names of [["A", "B"], ["A", "N", "B"], ["A", "lambda_d", "B", "lambda_b"]] as FactorName[][]) {
    await withLinear(names, async (linear, update) => {
      const [x, c] = [normal([many, n]), normal([many, m])];
      const expected = applied(x, linear, update);
      const { y, dx, gradients } = tidy(() => {
        const { y, saved } = linear.forward(x);
        return { y, ...linear.backward(c, saved, () => x) };
      });
      await assertAllClose(y, expected, { rtol: 1e-4, atol: 1e-4 });
      const few = (rows: number) =>
        tidy(() => {
          const [xs, cs] = [tf.slice(x, rows, tokens), tf.slice(c, rows, tokens)];
          return linear.backward(cs, linear.forward(xs).saved, () => xs);
        });
      const first = few(0);
      const part = tf.slice(dx, 0, tokens);
      await assertAllClose(part, first.dx, { rtol: 1e-4, atol: 1e-4 });
      for (const name of names) {
        const parts = Array.from({ length: many }, (_, i) =>
          tidy(() => {
            const [xs, cs] = [tf.slice(x, i, 1), tf.slice(c, i, 1)];
            return linear.backward(cs, linear.forward(xs).saved, () => xs).gradients[name]!;
          }));
        const sum = tidy(() => parts.reduce((a, b) => tf.add(a, b)));
        await assertAllClose(gradients[name]!, sum, { rtol: 1e-3, atol: 1e-3 });
        dispose([parts, sum]);
      }
      dispose([x, c, expected, y, dx, gradients, first, part]);
    });
  }
});
