import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";

/** Fails, with both shapes and the largest difference, unless all numbers agree within rtol·|expected| + atol. */
export async function assertAllClose(
  actual: tf.Tensor,
  expected: tf.Tensor | ArrayLike<number>,
  { rtol = 1e-5, atol = 1e-6 } = {},
): Promise<void> {
  const shape = expected instanceof tf.Tensor ? expected.shape : [expected.length];
  if (expected instanceof tf.Tensor) {
    assert.deepEqual(actual.shape, shape, `shapes differ: ${actual.shape} came, ${shape} is expected`);
  }
  const a = await actual.data();
  const b = expected instanceof tf.Tensor ? await expected.data() : expected;
  assert.equal(a.length, b.length);
  let worst = 0;
  let at = -1;
  for (let i = 0; i < a.length; i++) {
    const excess = Math.abs(a[i]! - b[i]!) - rtol * Math.abs(b[i]!) - atol;
    if (!(excess <= worst)) [worst, at] = [excess, i];
  }
  assert.ok(
    at < 0,
    `shape ${actual.shape}: element ${at} is ${a[at]}, expected ${b[at]} (beyond tolerance by ${worst})`,
  );
}

/** The largest absolute value of a tensor. */
export async function maxAbs(x: tf.Tensor): Promise<number> {
  const largest = tf.tidy(() => tf.max(tf.abs(x)));
  const [value] = await largest.data();
  largest.dispose();
  return value!;
}

/** Runs `body` and fails if it leaves more or fewer tensors behind than there were. */
export async function assertNoLeak(body: () => unknown): Promise<void> {
  const before = tf.memory().numTensors;
  await body();
  assert.equal(tf.memory().numTensors, before, "tensors are left behind (or disposed that were not made)");
}

/**
 * Fails unless the gradient of Σ f(x)·c at x agrees with central differences, for every element of x.
 *
 * @param gradient the claimed gradient, same shape as x
 * @param value Σ f(x)·c for a given x, on the host
 */
export async function assertGradient(
  x: tf.Tensor,
  gradient: tf.Tensor,
  value: (x: tf.Tensor) => Promise<number>,
  { step = 1e-2, rtol = 2e-2, atol = 2e-3 } = {},
): Promise<void> {
  const at = Float32Array.from(await x.data());
  const claimed = await gradient.data();
  assert.deepEqual(gradient.shape, x.shape);
  for (let i = 0; i < at.length; i++) {
    const shifted = async (delta: number) => {
      const moved = at.slice();
      moved[i]! += delta;
      const tensor = tf.tensor(moved, x.shape);
      try {
        return await value(tensor);
      } finally {
        tensor.dispose();
      }
    };
    const numeric = (await shifted(step) - await shifted(-step)) / (2 * step);
    assert.ok(
      Math.abs(numeric - claimed[i]!) <= atol + rtol * Math.abs(numeric),
      `element ${i} of ${x.shape}: gradient ${claimed[i]}, central difference ${numeric}`,
    );
  }
}

/** Σ x·c as a number; disposes x. */
export async function weightedSum(x: tf.Tensor, c: tf.Tensor): Promise<number> {
  const sum = tf.tidy(() => tf.sum(tf.mul(x, c)));
  x.dispose();
  const [value] = await sum.data();
  sum.dispose();
  return value!;
}
