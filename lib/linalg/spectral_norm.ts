import * as tf from "@tensorflow/tfjs-core";
import { EVD, Matrix } from "ml-matrix";
import type { Random } from "../tensor/random.ts";

/**
 * The largest singular value of a matrix (m, n) by the Lanczos iteration on xᵀ·x with full reorthogonalisation, from a
 * random start (Golub & Van Loan 2013, chapter 10). Products with x alone, 4·m·n a step, run on the backend; the vectors are
 * kept in double precision on the host.
 *
 * The value comes from below: after k steps σ₁² is short by a fraction of at most 0.103·(ln(n·(k−1)⁴)/(k−1))² in expectation
 * whatever the spectrum (Kuczyński & Woźniakowski 1992, theorem 3.2), and mostly by far less. It stops once a step adds less
 * than 10⁻⁷ of it.
 *
 * @param steps the most steps, of which min(m, n) are enough for any matrix
 *
 * @example
 * ```ts
 * import { Random, spectralNorm, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const norm = await spectralNorm(tf.tensor2d([[0, 3], [2, 0], [0, 0]]), new Random(0));
 * assert.ok(Math.abs(norm - 3) < 1e-5);
 * ```
 */
export async function spectralNorm(x: tf.Tensor2D, random: Random, steps = 40): Promise<number> {
  const n = x.shape[1];
  const basis = [unit(Float64Array.from(random.normal(n)))];
  const [diagonal, beside]: [number[], number[]] = [[], []];
  let largest = 0;
  for (let step = 0; step < Math.min(steps, n); step++) {
    const v = basis[step]!;
    const next = await applyGram(x, v);
    diagonal.push(dot(v, next));
    const before = largest;
    largest = largestEigenvalue(diagonal, beside);
    for (const earlier of [...basis, ...basis]) subtract(next, dot(earlier, next), earlier); // twice is enough
    const length = Math.sqrt(dot(next, next));
    if (largest - before <= 2e-7 * largest || length <= 1e-7 * largest) break;
    beside.push(length);
    basis.push(unit(next));
  }
  return Math.sqrt(Math.max(0, largest));
}

/** xᵀ·x·v */
async function applyGram(x: tf.Tensor2D, v: Float64Array): Promise<Float64Array> {
  const product = tf.tidy(() => {
    const column = tf.tensor2d(Float32Array.from(v), [v.length, 1]);
    return tf.matMul(x, tf.matMul(x, column), true, false);
  });
  const values = Float64Array.from(await product.data());
  product.dispose();
  return values;
}

/** Of the symmetric tridiagonal matrix with this diagonal and these numbers beside it. */
function largestEigenvalue(diagonal: readonly number[], beside: readonly number[]): number {
  const matrix = Matrix.diag([...diagonal]);
  beside.forEach((value, i) => matrix.set(i, i + 1, value).set(i + 1, i, value));
  return Math.max(...new EVD(matrix, { assumeSymmetric: true }).realEigenvalues);
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

function subtract(from: Float64Array, factor: number, x: Float64Array): void {
  for (let i = 0; i < from.length; i++) from[i]! -= factor * x[i]!;
}

function unit(x: Float64Array): Float64Array {
  const length = Math.sqrt(dot(x, x));
  return x.map((value) => value / length);
}
