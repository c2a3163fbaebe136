import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../tensor/random.ts";
import { randomizedSvd } from "./randomized_svd.ts";
import { requireRank } from "./require_rank.ts";
import { svd } from "./svd.ts";

/** Rank-k leverage scores of a matrix (m, n): each from 0 to 1, k in sum along either side. */
export interface LeverageScores {
  readonly rows: Float32Array; // (m)
  readonly columns: Float32Array; // (n)
}

/**
 * The exact leverage scores of a matrix (m, n) at a rank k: the squared row norms of U_k and of V_k, the orthonormal bases
 * of the k leading left and right singular subspaces (Drineas, Mahoney & Muthukrishnan 2008). They say how much a row or a
 * column weighs in the best approximation of rank k. One {@linkcode svd}, O(m·n·min(m, n)).
 *
 * @param rank k, from 1 to min(m, n)
 * @throws UsageError for a rank out of range, or a NaN or an infinity in w
 *
 * @example
 * ```ts
 * import { leverageScores, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const { rows } = await leverageScores(tf.tensor2d([[1, 0], [0, 9], [2, 0]]), 1); // the leading triplet is row 1's
 * assert.ok(Math.abs(rows[1]! - 1) < 1e-5 && rows[0]! < 1e-5 && rows[2]! < 1e-5);
 * ```
 */
export async function leverageScores(w: tf.Tensor2D, rank: number): Promise<LeverageScores> {
  requireRank(w, rank);
  const { u, v } = await svd(w);
  return await scoresOf(u, v, rank);
}

/**
 * Leverage scores at a rank k by a sketch: those of the near-best rank-k subspaces that {@linkcode randomizedSvd} finds with
 * one power iteration, in place of an SVD of w (Drineas, Magdon-Ismail, Mahoney & Woodruff 2012, which gives the scores of
 * the best rank-k approximation this way). O(m·n·(k + p)). Where the spectrum falls sharply after σ_k they are the exact ones.
 *
 * @param rank k, from 1 to min(m, n)
 * @throws UsageError for a rank out of range, or a NaN or an infinity in w
 *
 * @example
 * ```ts
 * import { approximateLeverageScores, leverageScores, Random, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const w = tf.tensor2d([[1, 0, 2], [0, 9, 0], [2, 0, 4]]); // rank 2
 * const [exact, sketched] = [await leverageScores(w, 2), await approximateLeverageScores(w, 2, new Random(0))];
 * exact.rows.forEach((score, i) => assert.ok(Math.abs(score - sketched.rows[i]!) < 1e-4));
 * ```
 */
export async function approximateLeverageScores(
  w: tf.Tensor2D,
  rank: number,
  random: Random,
): Promise<LeverageScores> {
  requireRank(w, rank);
  const { u, v } = await randomizedSvd(w, rank, random, { powerIterations: 1 });
  return await scoresOf(u, v, rank);
}

/** The squared row norms of the first k columns of u and v, which are disposed. */
async function scoresOf(u: tf.Tensor2D, v: tf.Tensor2D, rank: number): Promise<LeverageScores> {
  const [rows, columns] = tf.tidy(() =>
    [u, v].map((basis) => tf.sum(tf.square(tf.slice(basis, [0, 0], [basis.shape[0], rank])), 1))
  ) as [tf.Tensor, tf.Tensor];
  const scores = { rows: await rows.data<"float32">(), columns: await columns.data<"float32">() };
  tf.dispose([u, v, rows, columns]);
  return scores;
}
