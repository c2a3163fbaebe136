import * as tf from "@tensorflow/tfjs-core";
import type { Linear } from "../nn/linear.ts";
import { isLowRank, type LowRankFactors, outerFactor } from "../nn/low_rank.ts";
import type { Update } from "../nn/update.ts";
import { tidy } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import type { Adapter } from "./adapter.ts";

/** An update as plain LoRA: ΔW = B·A, owned by the caller. */
export interface LoraFactors {
  readonly A: tf.Tensor2D; // (r', n)
  readonly B: tf.Tensor2D; // (m, r')
}

/**
 * What an adapter adds to each linear map that its method adapts, as plain LoRA with scaling 1: A' = A and B' = s·B·N (and likewise for VeRA's
 * vectors).
 *
 * Where the start s·B₀·N₀·A₀ was taken off the weight, the update is by default given against the weight as it was loaded:
 * [s·B·N, −s·B₀·N₀]·[A; A₀] of rank 2r, as PiSSA's conversion does (arXiv 2404.02948, appendix C), or s·(B·N − B₀·N₀)·A of
 * rank r where A does not train. `base: "reduced"` gives s·B·N·A of rank r against the weight with the start taken off.
 *
 * @returns by linear map, in the model's order
 * @throws UsageError for an update that is not of low rank (DoRA, full fine-tuning)
 *
 * @example
 * ```ts
 * import { adapt, dispose, loraForm, Random, randomLlama, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const config = {
 *   vocab_size: 16, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 1, num_attention_heads: 2,
 *   num_key_value_heads: 1, head_dim: 4, max_position_embeddings: 32, rope_theta: 100, rms_norm_eps: 1e-5,
 * };
 * const model = randomLlama(config, new Random(0));
 * const adapter = await adapt(model, { method: "nlora", rank: 2 });
 * const ranks = [...loraForm(adapter).values()].map(({ A, B }) => [A.shape[0], B.shape[1]]);
 * assert.deepEqual(ranks[0], [4, 4]); // the difference to the given weight has rank 2r
 * ```
 */
export function loraForm(
  adapter: Adapter,
  { base = "given" }: { base?: "given" | "reduced" } = {},
): Map<Linear, LoraFactors> {
  const low = adapter.adapted.map(({ linear, update }) => ({
    linear,
    update,
    factors: lowRankOf(adapter, update),
  }));
  return new Map(
    low.map(({ linear, update, factors }) => [
      linear,
      update.start && base === "given" ? difference(update, factors) : plain(update, factors),
    ]),
  );
}

/** Whether {@linkcode loraForm} can give an update: it is a product of low rank and nothing else. */
export function hasLoraForm({ factors }: Update): boolean {
  return isLowRank(factors) && !factors.magnitude;
}

function lowRankOf({ spec }: Adapter, { factors }: Update): LowRankFactors {
  if (isLowRank(factors) && !factors.magnitude) return factors;
  throw new UsageError(
    `the update of ${spec.method} is not a product of low rank; merge it into the weights instead`,
  );
}

function plain({ scaling }: Update, factors: LowRankFactors): LoraFactors {
  return { A: tf.clone(factors.A), B: outerFactor(factors, scaling) };
}

function difference({ start, scaling, trains }: Update, factors: LowRankFactors): LoraFactors {
  return tidy(() => {
    const [now, then] = [outerFactor(factors, scaling), outerFactor(start!, scaling)];
    return trains.has("A")
      ? { A: tf.concat([factors.A, start!.A], 0), B: tf.concat([now, tf.neg(then)], 1) }
      : { A: tf.clone(factors.A), B: tf.sub<tf.Tensor2D>(now, then) };
  });
}
