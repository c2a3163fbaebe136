import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../tensor/random.ts";
import { type NystromCore, nystromCores } from "./nystrom_core.ts";
import { type NystromCost, nystromCost } from "./nystrom_cost.ts";
import { qr } from "./qr.ts";
import { requireFinite } from "./require_finite.ts";
import { requireRank } from "./require_rank.ts";
import { chooseRowsAndColumns, type Selection } from "./sampling.ts";
import { float32Epsilon, truncatedPinv, type Truncation } from "./truncated_pinv.ts";
import { UsageError } from "../usage_error.ts";

/** What a Nyström approximation is made of. */
export interface NystromOptions {
  /** r: how many rows and columns are taken, from 1 to min(m, n). */
  readonly rank: number;
  /** `pinv` where none is named. */
  readonly core?: NystromCore;
  /** `first` where none are named. */
  readonly rows?: Selection;
  /** `first` where none are named. */
  readonly columns?: Selection;
  /** Singular values at or below rtol·σ₁ are left out of the pseudo-inverses; as in {@linkcode truncatedPinv}. */
  readonly rtol?: number;
  /** For the samplings that draw; seed 0 where none is given. */
  readonly random?: Random;
}

/** The factors of W ≈ columns · core · rows, owned by the caller. */
export interface NystromFactors {
  readonly columns: tf.Tensor2D; // C = W[:, columnIndices], (m, r)
  readonly core: tf.Tensor2D; // (r, r)
  readonly rows: tf.Tensor2D; // R = W[rowIndices, :], (r, n)
}

/** A Nyström approximation and how it came to be. */
export interface Nystrom extends NystromFactors {
  readonly rowIndices: readonly number[];
  readonly columnIndices: readonly number[];
  /** What the pseudo-inverses left out: of the block for `pinv`, of C or R, whichever is worse, for `cur`; null for `copy`. */
  readonly truncation: Truncation | null;
  readonly cost: NystromCost;
}

/**
 * The Nyström approximation W ≈ C·N·R of a matrix from some of its rows R and columns C (NLoRA, arXiv 2502.14482, Figure 3).
 *
 * The factors of `copy` cost O(m·r + r² + r·n), those of `pinv` O(r³) more: W is not gone through, and only C and R are
 * searched for numbers that are not finite. `cur` costs O(m·n·r), and a sampling what {@linkcode Sampling} says; those that
 * read W search it whole. Everything runs on the backend, the decompositions where {@linkcode svd} and {@linkcode qr} do.
 *
 * @param w (m, n)
 * @throws UsageError for a rank below 1 or above min(m, n), an unknown core, indices that are not `rank` distinct ones in
 *   range, and a NaN or an infinity in what is read
 *
 * @example
 * ```ts
 * import { nystrom, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const w = tf.tensor2d([[2, 1, 4], [1, 3, 2]]); // rank 2: two rows and columns rebuild it
 * const { columns, core, rows, truncation } = await nystrom(w, { rank: 2 });
 * const rebuilt = tf.matMul(tf.matMul(columns, core), rows);
 * assert.ok((await tf.max(tf.abs(tf.sub(w, rebuilt))).data())[0]! < 1e-5);
 * assert.equal(truncation?.kept, 2);
 * ```
 */
export async function nystrom(w: tf.Tensor2D, options: NystromOptions): Promise<Nystrom> {
  const { rank, core: kind = "pinv", rows: rowChoice = "first", columns: columnChoice = "first" } = options;
  requireRank(w, rank);
  if (!nystromCores.includes(kind)) {
    throw new UsageError(`unknown core ${JSON.stringify(kind)}; choose one of ${nystromCores.join(", ")}`);
  }
  const choice = { rows: rowChoice, columns: columnChoice };
  const { rowIndices, columnIndices } = await chooseRowsAndColumns(
    w,
    rank,
    choice,
    options.random ?? new Random(0),
  );
  const columns = take(w, columnIndices, columnChoice, 1);
  const rows = take(w, rowIndices, rowChoice, 0);
  try {
    await requireFinite(kind === "cur" ? { W: w } : { "the columns of W": columns, "the rows of W": rows });
    const block = () => take(rows, columnIndices, columnChoice, 1); // W[rowIndices, columnIndices] (r, r)
    const { core, truncation } = kind === "copy"
      ? { core: block(), truncation: null }
      : kind === "pinv"
      ? await invert(block(), options.rtol)
      : await bestCore(w, columns, rows, options.rtol);
    const cost = nystromCost(...w.shape, { rank, core: kind, ...choice });
    return { columns, core, rows, rowIndices, columnIndices, truncation, cost };
  } catch (error) {
    tf.dispose([columns, rows]);
    throw error;
  }
}

/**
 * A copy of the rows (axis 0) or columns (axis 1) of x at the indices. A slice of columns is one too, and the faster for the
 * first ones; a slice of rows would share the numbers of x and keep all of them in memory.
 */
function take(x: tf.Tensor2D, indices: readonly number[], choice: Selection, axis: 0 | 1): tf.Tensor2D {
  if (choice === "first" && axis === 1) return tf.slice(x, [0, 0], [x.shape[0], indices.length]);
  return tf.tidy(() => tf.gather(x, tf.tensor1d(Int32Array.from(indices), "int32"), axis));
}

/** The pseudo-inverse of a block, which is disposed. */
async function invert(
  block: tf.Tensor2D,
  rtol?: number,
): Promise<{ core: tf.Tensor2D; truncation: Truncation }> {
  const { inverse, ...truncation } = await truncatedPinv(block, rtol);
  block.dispose();
  return { core: inverse, truncation };
}

/**
 * C⁺·W·R⁺ by way of C = Q·S and Rᵀ = P·T (m or n, r)·(r, r): S⁺·(Qᵀ·W·P)·T⁺ᵀ, so that only blocks (r, r) are inverted.
 */
async function bestCore(
  w: tf.Tensor2D,
  columns: tf.Tensor2D,
  rows: tf.Tensor2D,
  rtol?: number,
): Promise<{ core: tf.Tensor2D; truncation: Truncation }> {
  const flipped = tf.transpose<tf.Tensor2D>(rows);
  const [left, right] = [await qr(columns), await qr(flipped)];
  const seen = tf.tidy(() => tf.matMul<tf.Tensor2D>(tf.matMul(left.q, w, true, false), right.q)); // Qᵀ·W·P (r, r)
  tf.dispose([flipped, left.q, right.q]);
  const [ofLeft, ofRight] = [
    await truncatedPinv(left.r, rtol ?? columns.shape[0] * float32Epsilon),
    await truncatedPinv(right.r, rtol ?? rows.shape[1] * float32Epsilon),
  ];
  const core = tf.tidy(() =>
    tf.matMul<tf.Tensor2D>(tf.matMul(ofLeft.inverse, seen), ofRight.inverse, false, true)
  );
  tf.dispose([left.r, right.r, seen, ofLeft.inverse, ofRight.inverse]);
  const truncation = {
    kept: Math.min(ofLeft.kept, ofRight.kept),
    of: ofLeft.of,
    cond: Math.max(ofLeft.cond, ofRight.cond),
  };
  return { core, truncation };
}
