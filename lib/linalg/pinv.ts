import { Matrix, QR, SVD } from "ml-matrix";

/** float32's distance from 1 to the next number: the matrices here were rounded to it before they came to the host. */
const float32Epsilon = 2 ** -23;

/**
 * The Moore–Penrose pseudo-inverse (m, n) → (n, m), in double precision on the host.
 * A tall or wide matrix is first reduced to a small square one by QR, so that the cost is O(m·n·min(m, n)).
 *
 * @param rtol singular values at or below rtol times the largest count as zero; by default max(m, n) · 2⁻²³,
 *   which is what `torch.linalg.pinv` uses for float32
 *
 * @example
 * ```ts
 * import { pinv } from "nlora";
 * import { Matrix } from "ml-matrix";
 * import assert from "node:assert/strict";
 *
 * const x = new Matrix([[1, 2], [3, 4], [5, 6]]);
 * const identity = pinv(x).mmul(x); // (2, 2)
 * assert.ok(Math.abs(identity.get(0, 0) - 1) < 1e-12 && Math.abs(identity.get(0, 1)) < 1e-12);
 * ```
 */
export function pinv(x: Matrix, rtol: number = Math.max(x.rows, x.columns) * float32Epsilon): Matrix {
  if (x.rows < x.columns) return pinv(x.transpose(), rtol).transpose();
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

/** The condition number σ₁/σₙ in the spectral norm, in double precision on the host; Infinity for a singular matrix. */
export function cond(x: Matrix): number {
  const { diagonal } = new SVD(x, { autoTranspose: true });
  return Math.max(...diagonal) / Math.min(...diagonal);
}
