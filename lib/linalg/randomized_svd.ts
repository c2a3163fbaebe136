import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../tensor/random.ts";
import { tidy } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import { qr } from "./qr.ts";
import { randomizedRange } from "./randomized_range.ts";
import { requireFinite } from "./require_finite.ts";
import { requireRank } from "./require_rank.ts";
import { svd } from "./svd.ts";

/** The leading singular triplets of a matrix (m, n): W ≈ u · diag(s) · vᵀ. */
export interface TruncatedSvd {
  readonly u: tf.Tensor2D; // (m, r)
  readonly s: Float64Array; // (r), largest first
  readonly v: tf.Tensor2D; // (n, r)
}

/** How carefully {@linkcode randomizedSvd} looks. */
export interface RandomizedSvdOptions {
  /** q: more of them sharpen a slowly falling spectrum; 4 where none are given. */
  readonly powerIterations?: number;
  /** p: columns drawn beyond the rank; 8 where none are given. */
  readonly oversampling?: number;
}

/**
 * The leading `rank` singular triplets by {@linkcode randomizedRange} and the SVD of what lies in it
 * (Halko, Martinsson & Tropp 2011, algorithm 5.1), with p columns beyond the rank and q power iterations:
 * 4·(q + 1)·m·n·(r + p) operations of products on the backend, QR and the SVD of a block (r + p)² where {@linkcode svd} runs.
 *
 * @param w (m, n)
 * @throws UsageError for a rank not from 1 to min(m, n), a negative q or p, and a NaN or an infinity in w
 *
 * @example
 * ```ts
 * import { Random, randomizedSvd, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const w = tf.tensor2d([[3, 0, 0], [0, 2, 0], [0, 0, 1]]);
 * const { s } = await randomizedSvd(w, 2, new Random(0));
 * assert.ok(Math.abs(s[0]! - 3) < 1e-4 && Math.abs(s[1]! - 2) < 1e-4);
 * ```
 */
export async function randomizedSvd(
  w: tf.Tensor2D,
  rank: number,
  random: Random,
  { powerIterations = 4, oversampling = 8 }: RandomizedSvdOptions = {},
): Promise<TruncatedSvd> {
  requireRank(w, rank);
  for (const [name, value] of Object.entries({ powerIterations, oversampling })) {
    if (!Number.isInteger(value) || value < 0) {
      throw new UsageError(`${name} is ${value}; give a whole number from 0 up`);
    }
  }
  await requireFinite({ w });
  const range = await randomizedRange(w, Math.min(rank + oversampling, ...w.shape), random, powerIterations);
  const projected = tf.matMul<tf.Tensor2D>(w, range, true, false); // Wᵀ·Q = V·S·Uᵀ (n, r + p)
  const { q, r } = await qr(projected);
  projected.dispose();
  const small = await svd(r); // (r + p, r + p)
  const leading = (basis: tf.Tensor2D) => tf.slice(basis, [0, 0], [basis.shape[0], rank]);
  const result = tidy(() => ({
    u: tf.matMul<tf.Tensor2D>(range, leading(small.v)),
    v: tf.matMul<tf.Tensor2D>(q, leading(small.u)),
  }));
  tf.dispose([range, q, r, small.u, small.v]);
  return { ...result, s: small.s.slice(0, rank) };
}
