import * as tf from "@tensorflow/tfjs-core";
import { paddingMask } from "../nn/attention_mask.ts";
import { layerNorm } from "../nn/layer_norm.ts";
import type { Precision } from "../nn/product.ts";
import { relativeBuckets } from "../nn/relative_buckets.ts";
import { gatherRows, type Weight } from "../nn/weight.ts";
import { leaves } from "../tensor/tensor_tree.ts";
import { dispose, tidy } from "../tensor/tidy.ts";
import type { TextBatch } from "../text/text_batch.ts";
import { debertaAttention, type DebertaContext } from "./deberta_attention.ts";
import type { DebertaConfig } from "./deberta_config.ts";
import { Encoder } from "./encoder.ts";
import type { EncoderBody } from "./encoder_body.ts";
import type { EncoderLayer, NormWeights } from "./encoder_layer.ts";
import { layerPasses } from "./layer_passes.ts";
import { postNormLayer } from "./post_norm_layer.ts";

/** The weights of a DeBERTa without its head, all owned by it. */
export interface DebertaWeights {
  readonly words: Weight; // (vocabulary, d)
  readonly norm: NormWeights;
  readonly positions: tf.Tensor2D; // (2 · span, d), a row for each bucket of distances
  /** Of the positions, where they are normalised. */
  readonly positionNorm: NormWeights | null;
  readonly layers: readonly EncoderLayer[];
}

const passes = layerPasses(postNormLayer("DeBERTa", debertaAttention));

/**
 * The encoder of DeBERTa-v2 and v3 (He et al. 2021, arXiv 2006.03654 and 2111.09543): attention by content and by relative
 * position, with no absolute positions; each part of a layer is followed by its LayerNorm.
 */
export function deberta(config: DebertaConfig, weights: DebertaWeights): EncoderBody<TextBatch> {
  return new Encoder({
    embedding: debertaEmbedding(config, weights),
    layers: weights.layers,
    passes,
    norm: null,
    context: (batch, precision) => tidy(() => debertaContext(config, weights, batch, precision)),
  });
}

function debertaContext(
  { layer_norm_eps: epsilon, hidden_act: activation, num_attention_heads: heads, buckets }: DebertaConfig,
  { positions, positionNorm }: DebertaWeights,
  { length, lengths }: TextBatch,
  precision: Precision,
): DebertaContext {
  const rows = tf.gather(positions, tf.tensor1d(relativeBuckets(length, buckets), "int32")); // (2 · length, d)
  return {
    epsilon,
    activation,
    precision,
    heads,
    positions: positionNorm ? layerNorm(rows, positionNorm.weight, positionNorm.bias, epsilon).y : rows,
    mask: paddingMask({ lengths: Array(heads).fill(lengths).flat(), tokens: length, heads: 1 }),
  };
}

/** The row of a token, normalised. */
function debertaEmbedding({ layer_norm_eps }: DebertaConfig, weights: DebertaWeights) {
  const { words, norm, positions, positionNorm } = weights;
  const small = leaves([norm, positions, positionNorm]);
  return {
    parameters: words.shape[0] * words.shape[1] + small.reduce((sum, { size }) => sum + size, 0),
    embed: ({ ids }: TextBatch) =>
      layerNorm(gatherRows(words, tf.tensor1d(ids, "int32")), norm.weight, norm.bias, layer_norm_eps).y,
    dispose: () => dispose([words, small]),
  };
}
