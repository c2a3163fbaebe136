import * as tf from "@tensorflow/tfjs-core";
import { tidy } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import { eigh } from "./eigh.ts";
import { requireFinite } from "./require_finite.ts";
import { float32Epsilon, requireRtol, type Truncation } from "./truncated_pinv.ts";

/** A Nyström approximation of a symmetric positive semidefinite matrix K (n, n); tensors are owned by the caller. */
export interface NystromPsd {
  /** Φ (n, r) with Φ·Φᵀ = C·B⁺·Cᵀ ≈ K: the kernel's features of each point; columns left out are zero. */
  readonly features: tf.Tensor2D;
  /** Approximate eigenvalues of K (r), from the largest down; those left out are zero. */
  readonly values: Float64Array;
  /** Approximate eigenvectors of K (n, r), one a column; not orthonormal in general; those left out are zero. */
  readonly vectors: tf.Tensor2D;
  /** How many eigenvalues of the block were kept. */
  readonly truncation: Truncation;
}

/**
 * The Nyström method for a symmetric positive semidefinite matrix K (n, n), such as a kernel matrix, from r of its columns
 * C = K[:, indices] (n, r) and the block B = K[indices, indices] in them (Williams & Seeger 2001): K ≈ C·B⁺·Cᵀ. With
 * B = U·Λ·Uᵀ the features are C·U·Λ^(−½), the eigenvalues (n/r)·Λ and the eigenvectors √(r/n)·C·U·Λ⁻¹. O(n·r² + r³), and K
 * itself is not needed: {@linkcode rbfKernel} of all points with the chosen ones gives C.
 *
 * K − C·B⁺·Cᵀ is itself positive semidefinite, and zero where B has the rank of K. With S the choice of columns, U₁ and U₂
 * the leading k and the other eigenvectors of K, and U₁ᵀ·S of full row rank, its spectral norm is at most
 * λ_{k+1} + ‖Λ₂^½·(U₂ᵀ·S)·(U₁ᵀ·S)⁺‖² (Gittens & Mahoney 2016), which {@linkcode nystromPsdBound} computes.
 *
 * @param columns C (n, r)
 * @param indices which columns of K they are, r of them
 * @param rtol eigenvalues of B at or below rtol times the largest count as zero; by default r·2⁻²³
 * @throws UsageError where the indices do not fit the columns, entries are not finite, or B is not symmetric positive semidefinite
 *
 * @example
 * ```ts
 * import { nystromPsd, rbfKernel, relativeError, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const x = tf.tensor2d([[0], [0.1], [1], [1.1]]); // two pairs of near points: two columns say nearly all
 * const chosen = [0, 2];
 * const { features } = await nystromPsd(rbfKernel(x, tf.gather(x, chosen), 1), chosen);
 * assert.ok(await relativeError(rbfKernel(x, x, 1), tf.matMul(features, features, false, true)) < 0.02);
 * ```
 */
export async function nystromPsd(
  columns: tf.Tensor2D,
  indices: readonly number[],
  rtol: number = columns.shape[1] * float32Epsilon,
): Promise<NystromPsd> {
  const [n, r] = columns.shape;
  requireRtol(rtol);
  requireIndices(columns, indices);
  await requireFinite({ "the columns of K": columns });
  const block = tf.tidy(() => tf.gather(columns, tf.tensor1d([...indices], "int32")));
  try {
    const { values: ascending, vectors: basis } = await eigh(block);
    const [smallest, largest] = [ascending[0]!, ascending[r - 1]!];
    if (smallest < -1e-4 * Math.abs(largest)) {
      basis.dispose();
      throw new UsageError(
        `the block of K (${r}×${r}) has an eigenvalue of ${smallest} beside ${largest}; K must be positive semidefinite`,
      );
    }
    const eigenvalues = ascending.toReversed().map((value) => value > rtol * largest ? value : 0); // (r)
    const scales = (power: number) =>
      tf.tensor1d(Float32Array.from(eigenvalues, (l) => l > 0 ? l ** power : 0));
    const { features, vectors } = tidy(() => {
      const along = tf.matMul(columns, tf.reverse(basis, 1)); // C·U (n, r)
      return {
        features: tf.mul<tf.Tensor2D>(along, scales(-0.5)),
        vectors: tf.mul<tf.Tensor2D>(along, tf.mul(scales(-1), Math.sqrt(r / n))),
      };
    });
    basis.dispose();
    return {
      features,
      values: eigenvalues.map((value) => value * n / r),
      vectors,
      truncation: {
        kept: eigenvalues.filter((value) => value > 0).length,
        of: r,
        cond: smallest > 0 ? largest / smallest : Infinity,
      },
    };
  } finally {
    block.dispose();
  }
}

function requireIndices(columns: tf.Tensor2D, indices: readonly number[]): void {
  const [n, r] = columns.shape;
  const matrix = `${r} columns of a ${n}×${n} matrix`;
  if (indices.length !== r) {
    throw new UsageError(`${indices.length} indices are given for ${matrix}; give ${r}`);
  }
  const wrong = indices.find((index, i) =>
    !Number.isInteger(index) || index < 0 || index >= n || indices.indexOf(index) !== i
  );
  if (wrong !== undefined) {
    throw new UsageError(
      `index ${wrong} of ${matrix} is out of range or given twice; use distinct ones below ${n}`,
    );
  }
}
