import type { TruncatedSvd } from "../linalg/randomized_svd.ts";
import { productSvd } from "../linalg/product_svd.ts";
import { svd } from "../linalg/svd.ts";
import { isLowRank, outerFactor } from "../nn/low_rank.ts";
import type { AdaptedLinear } from "./adapter.ts";

/**
 * The singular value decomposition of what stands beside a frozen weight (m, n), s·B·N·A, from its factors alone: r singular
 * values (or min(m, n) of a dense update). Before training that is the start. See {@linkcode changeSvd} for what training
 * has changed.
 *
 * @returns u (m, r), s (r) from the largest down, v (n, r); the caller owns the tensors
 *
 * @example
 * ```ts
 * import { adapt, Linear, tf, updateSvd, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const linear = new Linear("w", tf.tensor2d([[3, 0, 0], [0, 2, 0]]));
 * const adapter = await adapt({ linears: new Map([["w", linear]]) }, { method: "pissa", rank: 1 });
 * const { s } = await updateSvd(adapter.modules[0]!);
 * assert.ok(Math.abs(s[0]! - 3) < 1e-5); // PiSSA starts with the weight's own first singular value
 * ```
 */
export async function updateSvd({ update: { factors, scaling } }: AdaptedLinear): Promise<TruncatedSvd> {
  if (!isLowRank(factors)) return await svd(factors.delta!);
  const outer = outerFactor(factors, scaling); // (m, r)
  try {
    return await productSvd(outer, factors.A);
  } finally {
    outer.dispose();
  }
}
