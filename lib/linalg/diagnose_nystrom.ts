import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../tensor/random.ts";
import { cond } from "./cond.ts";
import type { NystromCost } from "./nystrom_cost.ts";
import type { Nystrom } from "./nystrom.ts";
import { requireFinite } from "./require_finite.ts";
import { spectralNorm } from "./spectral_norm.ts";
import { subtractProduct } from "./subtract_product.ts";
import type { Truncation } from "./truncated_pinv.ts";
import { UsageError } from "../usage_error.ts";

/** How good a Nyström approximation is, and what it cost. */
export interface NystromDiagnosis {
  /** ‖W − C·N·R‖ / ‖W‖ in the Frobenius norm. */
  readonly frobenius: number;
  /** The same in the spectral norm. */
  readonly spectral: number;
  /** σ₁/σ_r of the block W[rowIndices, columnIndices]; Infinity where it is singular. */
  readonly cond: number;
  readonly truncation: Truncation | null;
  readonly cost: NystromCost;
}

/**
 * Measures a Nyström approximation of W (m, n): relative errors in both norms, W − C·N·R formed once (m·n floats more), the
 * spectral norms by {@linkcode spectralNorm}, which needs products alone; the condition number of the block by {@linkcode cond}.
 *
 * @throws UsageError where the factors are of another shape than W, or W is zero or not finite
 *
 * @example
 * ```ts
 * import { diagnoseNystrom, nystrom, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const w = tf.tensor2d([[2, 1, 4], [1, 3, 2]]);
 * const { frobenius, spectral, cond } = await diagnoseNystrom(w, await nystrom(w, { rank: 2 }));
 * assert.ok(frobenius < 1e-5 && spectral < 1e-5 && Math.abs(cond - 2.62) < 0.01);
 * ```
 */
export async function diagnoseNystrom(w: tf.Tensor2D, approximation: Nystrom): Promise<NystromDiagnosis> {
  const { columns, core, rows, columnIndices, truncation, cost } = approximation;
  if (columns.shape[0] !== w.shape[0] || rows.shape[1] !== w.shape[1]) {
    throw new UsageError(
      `the factors make a ${columns.shape[0]}×${rows.shape[1]} matrix and W is ${w.shape.join("×")}; ` +
        "give the matrix that they come from",
    );
  }
  await requireFinite({ W: w });
  const error = subtractProduct(w, columns, core, rows);
  const block = tf.tidy(() => tf.gather(rows, tf.tensor1d([...columnIndices], "int32"), 1)) as tf.Tensor2D;
  try {
    const [errorNorm, norm] = [await frobeniusNorm(error), await frobeniusNorm(w)];
    if (norm === 0) {
      throw new UsageError(`W (${w.shape.join("×")}) is zero: a relative error needs a norm above 0`);
    }
    return {
      frobenius: errorNorm / norm,
      spectral: await spectralNorm(error, new Random(0)) / await spectralNorm(w, new Random(0)),
      cond: await cond(block),
      truncation,
      cost,
    };
  } finally {
    tf.dispose([error, block]);
  }
}

async function frobeniusNorm(x: tf.Tensor2D): Promise<number> {
  const norm = tf.tidy(() => tf.norm(x));
  const [value] = await norm.data();
  norm.dispose();
  return value!;
}
