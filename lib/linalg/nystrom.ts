import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../usage_error.ts";
import { fromHost, toHost } from "./host_matrix.ts";
import { pinv } from "./pinv.ts";

/** The middle factor of a Nyström approximation. */
export type NystromCore =
  /** The block W[:r, :r] itself, as in the NLoRA authors' released code. */
  | "copy"
  /** Its pseudo-inverse, as in the NLoRA paper's Figure 3 and the Nyström method proper. */
  | "pinv"
  /** C⁺·W·R⁺, the best core for the same rows and columns in the Frobenius norm (the CUR optimum). */
  | "cur";

/** The names of the cores. */
export const nystromCores: readonly NystromCore[] = ["copy", "pinv", "cur"];

/** The factors of W ≈ columns · core · rows, owned by the caller. */
export interface NystromFactors {
  readonly columns: tf.Tensor2D; // C = W[:, :r], (m, r)
  readonly core: tf.Tensor2D; // (r, r)
  readonly rows: tf.Tensor2D; // R = W[:r, :], (r, n)
}

/**
 * The Nyström factors of a matrix from its first `rank` rows and columns (arXiv 2502.14482, Figure 3).
 * `copy` costs O(m·r + r·n + r²), `pinv` O(r³) more, `cur` one product with W more. The pseudo-inverses are taken in
 * double precision on the host.
 *
 * @param w (m, n)
 * @throws UsageError where the rank is below 1 or above min(m, n)
 *
 * @example
 * ```ts
 * import { nystrom, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const w = tf.tensor2d([[2, 1, 4], [1, 3, 2]]); // rank 2: two rows and columns rebuild it
 * const { columns, core, rows } = await nystrom(w, { rank: 2, core: "pinv" });
 * const rebuilt = tf.matMul(tf.matMul(columns, core), rows);
 * assert.ok((await tf.max(tf.abs(tf.sub(w, rebuilt))).data())[0]! < 1e-5);
 * ```
 */
export async function nystrom(
  w: tf.Tensor2D,
  { rank, core }: { rank: number; core: NystromCore },
): Promise<NystromFactors> {
  const [m, n] = w.shape;
  if (!Number.isInteger(rank) || rank < 1 || rank > Math.min(m, n)) {
    throw new UsageError(`rank ${rank} is not from 1 to min(m, n) = ${Math.min(m, n)} of a ${m}×${n} matrix`);
  }
  const columns = tf.slice(w, [0, 0], [m, rank]);
  const rows = tf.slice(w, [0, 0], [rank, n]);
  return { columns, core: await makeCore(w, columns, rows, core), rows };
}

async function makeCore(
  w: tf.Tensor2D,
  columns: tf.Tensor2D,
  rows: tf.Tensor2D,
  core: NystromCore,
): Promise<tf.Tensor2D> {
  const rank = rows.shape[0];
  if (core === "cur") {
    const left = fromHost(pinv(await toHost(columns))); // C⁺ (r, m)
    const right = fromHost(pinv(await toHost(rows))); // R⁺ (n, r)
    const product = tf.tidy(() => tf.matMul<tf.Tensor2D>(tf.matMul(left, w), right));
    tf.dispose([left, right]);
    return product;
  }
  const block = tf.slice(w, [0, 0], [rank, rank]);
  if (core === "copy") return block;
  const inverse = fromHost(pinv(await toHost(block)));
  block.dispose();
  return inverse;
}
