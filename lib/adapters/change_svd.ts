import * as tf from "@tensorflow/tfjs-core";
import { productSvd } from "../linalg/product_svd.ts";
import type { TruncatedSvd } from "../linalg/randomized_svd.ts";
import { svd } from "../linalg/svd.ts";
import type { Linear } from "../nn/linear.ts";
import { isLowRank, type LowRankFactors, outerFactor } from "../nn/low_rank.ts";
import { additiveDelta, keepsWeight, type Update } from "../nn/update.ts";
import { dispose, tidy } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";

/**
 * The singular value decomposition of W' − W (m, n), by which the weight in use differs from the one that was loaded: what
 * training has changed, of a start that was taken off the weight too. An update of low rank is never formed: there are r
 * singular values, or 2·r where a start of r was taken off and A or B train; of a dense update, or one with magnitudes, min(m, n).
 *
 * @returns u, s from the largest down, and v; the caller owns the tensors
 * @throws UsageError for a map without an adapter
 *
 * @example
 * ```ts
 * import { adapt, changeSvd, Linear, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const linear = new Linear("w", tf.tensor2d([[3, 0, 0], [0, 2, 0]]));
 * await adapt({ linears: new Map([["w", linear]]) }, { method: "pissa", rank: 1 });
 * const { s } = await changeSvd(linear);
 * assert.ok(s.every((value) => value < 1e-5)); // nothing is trained yet
 * ```
 */
export async function changeSvd(linear: Linear): Promise<TruncatedSvd> {
  const { update } = linear;
  if (!update) throw new UsageError(`${linear.name} has no adapter; put one on its model by adapt()`);
  const { factors } = update;
  if (isLowRank(factors) && !factors.magnitude) {
    const [left, right] = tidy(() => changeFactors({ ...update, factors }));
    return await productSvd(left, right).finally(() => dispose([left, right]));
  }
  const change = tidy(() => {
    const beside = linear.delta();
    const { start, scaling } = update;
    return start && !keepsWeight(update)
      ? tf.sub<tf.Tensor2D>(beside, additiveDelta(start, scaling))
      : beside;
  });
  return await svd(change).finally(() => change.dispose());
}

/**
 * W' − W as a product of two. Where a start C₀·A₀ was taken off, C·A − C₀·A₀ is written as (C − C₀)·A + C₀·(A − A₀), so that
 * what is small is not the difference of large products.
 */
function changeFactors(update: Update & { readonly factors: LowRankFactors }): [tf.Tensor2D, tf.Tensor2D] {
  const { factors, start, scaling } = update;
  const { A } = factors;
  const outer = outerFactor(factors, scaling); // C (m, r)
  if (!start) return [outer, tf.clone(A)];
  const begun = outerFactor(start, scaling); // C₀ (m, r)
  const moved = tf.sub<tf.Tensor2D>(outer, begun);
  if (keepsWeight(update)) return [moved, tf.clone(A)];
  return [tf.concat([moved, begun], 1), tf.concat([A, tf.sub<tf.Tensor2D>(A, start.A)], 0)]; // (m, 2·r), (2·r, n)
}
