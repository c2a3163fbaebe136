import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../usage_error.ts";
import { requireFinite } from "./require_finite.ts";

/** A pseudo-inverse that was iterated to. */
export interface IteratedPinv {
  readonly inverse: tf.Tensor2D; // (n, m), owned by the caller
  readonly iterations: number;
  /** Whether the last iteration changed it by no more than the tolerance. */
  readonly converged: boolean;
}

/** When {@linkcode newtonSchulzPinv} stops. */
export interface NewtonSchulzOptions {
  /** Once an iteration changes the inverse by less than this fraction of its Frobenius norm; 1e-4 where none is given. */
  readonly tolerance?: number;
  /** The most iterations; 40 where none are given. */
  readonly maxIterations?: number;
}

/**
 * The pseudo-inverse of a matrix (m, n) → (n, m) by products alone, with no decomposition and no matrix on the host: the
 * third-order iteration V ← ¼·V·(13·I − A·V·(15·I − A·V·(7·I − A·V))) from V₀ = Aᵀ/(‖A‖₁·‖A‖_∞) (Xiong et al. 2021,
 * Nyströmformer, eq. 11, after Razavi et al. 2014), from the side where A·V or V·A is smaller.
 *
 * It converges for every matrix: each eigenvalue t of A·V starts in (0, 1], and 1 − t never grows. A small one grows
 * 3.25-fold an iteration, so that about 0.6·log₂(‖A‖₁·‖A‖_∞/σ_min²) + 4 are needed, which is 1.2·log₂ of cond for the most
 * part; each takes 4·m·n·k + 4·k³ operations, k = min(m, n), and one number read from the backend. In float32 the result is
 * as good as cond·10⁻⁷; above a cond of about 10⁴ it does not settle. Singular values that should count as zero cannot be
 * left out, nor is cond found on the way: {@linkcode nystrom} uses {@linkcode truncatedPinv} on every backend.
 *
 * @throws UsageError for a NaN or an infinity in x, or a zero matrix
 *
 * @example
 * ```ts
 * import { newtonSchulzPinv, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const { inverse, converged } = await newtonSchulzPinv(tf.tensor2d([[2, 1], [0, 4]]));
 * assert.ok(converged && Math.abs((await inverse.data())[0]! - 0.5) < 1e-5);
 * ```
 */
export async function newtonSchulzPinv(
  x: tf.Tensor2D,
  { tolerance = 1e-4, maxIterations = 40 }: NewtonSchulzOptions = {},
): Promise<IteratedPinv> {
  await requireFinite({ x });
  let inverse = tf.tidy(() => {
    const sizes = tf.abs(x);
    return tf.div<tf.Tensor2D>(tf.transpose(x), tf.mul(tf.max(tf.sum(sizes, 0)), tf.max(tf.sum(sizes, 1))));
  });
  for (let iteration = 1;; iteration++) {
    const next = tf.tidy(() => step(x, inverse));
    const change = await relativeChange(inverse, next);
    inverse.dispose();
    inverse = next;
    if (Number.isNaN(change)) {
      inverse.dispose();
      throw new UsageError(
        `the ${x.shape.join("×")} matrix is zero, or so ill-conditioned that float32 overflowed`,
      );
    }
    const converged = change <= tolerance;
    if (converged || iteration === maxIterations) return { inverse, iterations: iteration, converged };
  }
}

/** One iteration: V (n, m) for A (m, n). */
function step(a: tf.Tensor2D, v: tf.Tensor2D): tf.Tensor2D {
  const [m, n] = a.shape;
  const k = Math.min(m, n);
  const identity = tf.eye(k);
  const seen = m <= n ? tf.matMul<tf.Tensor2D>(a, v) : tf.matMul<tf.Tensor2D>(v, a); // (k, k)
  const minus = (factor: number, product: tf.Tensor2D) =>
    tf.sub<tf.Tensor2D>(tf.mul(identity, factor), product);
  const inner = minus(15, tf.matMul(seen, minus(7, seen)));
  const outer = tf.div<tf.Tensor2D>(minus(13, tf.matMul(seen, inner)), 4);
  return m <= n ? tf.matMul(v, outer) : tf.matMul(outer, v);
}

async function relativeChange(before: tf.Tensor2D, after: tf.Tensor2D): Promise<number> {
  const ratio = tf.tidy(() => tf.div(tf.norm(tf.sub(after, before)), tf.norm(after)));
  const [value] = await ratio.data();
  ratio.dispose();
  return value!;
}
