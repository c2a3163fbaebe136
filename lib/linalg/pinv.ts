import * as tf from "@tensorflow/tfjs-core";
import { Matrix, QR, SVD } from "ml-matrix";
import { float32Epsilon, requireRtol, truncatedPinv } from "./truncated_pinv.ts";

/**
 * The Moore–Penrose pseudo-inverse (m, n) → (n, m) of a tensor, on the backend by {@linkcode truncatedPinv} (float32), or of
 * a host matrix, at once and in double precision. A tall or wide host matrix is first reduced to a small square one by QR;
 * O(m·n·min(m, n)) either way.
 *
 * @param rtol singular values at or below rtol·σ₁ count as zero; by default max(m, n)·2⁻²³, which is what
 *   `torch.linalg.pinv` uses for float32: host matrices here were rounded to that before they came to the host
 * @throws UsageError for a NaN or an infinity in a tensor, or an rtol that is not from 0 up to 1
 *
 * @example
 * ```ts
 * import { pinv, tf, useBackend } from "nlora";
 * import { Matrix } from "ml-matrix";
 * import assert from "node:assert/strict";
 *
 * const x = new Matrix([[1, 2], [3, 4], [5, 6]]);
 * const identity = pinv(x).mmul(x); // (2, 2)
 * assert.ok(Math.abs(identity.get(0, 0) - 1) < 1e-12 && Math.abs(identity.get(0, 1)) < 1e-12);
 *
 * await useBackend();
 * const inverse = await pinv(tf.tensor2d([[2, 0], [0, 4], [0, 0]])); // (2, 3)
 * assert.ok(Math.abs((await inverse.data())[0]! - 0.5) < 1e-6);
 * ```
 */
export function pinv(x: tf.Tensor2D, rtol?: number): Promise<tf.Tensor2D>;
export function pinv(x: Matrix, rtol?: number): Matrix;
export function pinv(x: Matrix | tf.Tensor2D, rtol?: number): Matrix | Promise<tf.Tensor2D> {
  return x instanceof tf.Tensor ? truncatedPinv(x, rtol).then(({ inverse }) => inverse) : pinvOnHost(x, rtol);
}

function pinvOnHost(x: Matrix, rtol: number = Math.max(x.rows, x.columns) * float32Epsilon): Matrix {
  requireRtol(rtol);
  if (x.rows < x.columns) return pinvOnHost(x.transpose(), rtol).transpose();
  if (x.rows > x.columns) {
    const qr = new QR(x);
    return pinvSquare(qr.upperTriangularMatrix, rtol).mmul(qr.orthogonalMatrix.transpose());
  }
  return pinvSquare(x, rtol);
}

function pinvSquare(x: Matrix, rtol: number): Matrix {
  const { leftSingularVectors: u, rightSingularVectors: v, diagonal } = new SVD(x, { autoTranspose: true });
  const cutoff = rtol * Math.max(...diagonal);
  const inverse = diagonal.map((s) => s > cutoff ? 1 / s : 0);
  return v.mmul(Matrix.diag(inverse)).mmul(u.transpose());
}
