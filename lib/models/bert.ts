import * as tf from "@tensorflow/tfjs-core";
import { paddingMask } from "../nn/attention_mask.ts";
import { layerNorm } from "../nn/layer_norm.ts";
import { gatherRows, type Weight } from "../nn/weight.ts";
import { dispose } from "../tensor/tidy.ts";
import type { TextBatch } from "../text/text_batch.ts";
import { UsageError } from "../usage_error.ts";
import type { BertConfig } from "./bert_config.ts";
import { Encoder } from "./encoder.ts";
import type { EncoderBody } from "./encoder_body.ts";
import type { EncoderLayer, NormWeights } from "./encoder_layer.ts";
import { layerPasses } from "./layer_passes.ts";
import { postNormLayer } from "./post_norm_layer.ts";
import { selfAttention } from "./self_attention.ts";

/** The weights of a BERT or RoBERTa without its head, all owned by it. */
export interface BertWeights {
  readonly words: Weight; // (vocabulary, d)
  readonly positions: tf.Tensor2D; // (positions, d)
  readonly types: tf.Tensor2D; // (types, d)
  readonly norm: NormWeights;
  readonly layers: readonly EncoderLayer[];
}

const passes = layerPasses(postNormLayer("BERT", selfAttention));

/**
 * The encoder of BERT (Devlin et al. 2019, arXiv 1810.04805) and of RoBERTa (Liu et al. 2019, arXiv 1907.11692): absolute
 * positions, each part of a layer followed by its LayerNorm.
 */
export function bert(config: BertConfig, weights: BertWeights): EncoderBody<TextBatch> {
  const { hidden_size, num_attention_heads: heads } = config;
  return new Encoder({
    embedding: bertEmbedding(config, weights),
    layers: weights.layers,
    passes,
    norm: null,
    context: ({ size, length, lengths }, precision) => ({
      epsilon: config.layer_norm_eps,
      activation: config.hidden_act,
      precision,
      layout: { batch: size, kvHeads: heads, groups: 1, headDim: hidden_size / heads },
      mask: lengths.every((tokens) => tokens === length)
        ? null
        : paddingMask({ lengths, tokens: length, heads }),
    }),
  });
}

/** The sum of the rows for a token, its place and its text, normalised. */
function bertEmbedding(config: BertConfig, { words, positions, types, norm }: BertWeights) {
  const { first_position, layer_norm_eps } = config;
  const longest = config.max_position_embeddings - first_position;
  return {
    longest,
    parameters: [words, positions, types].reduce((sum, { shape: [m, n] }) => sum + m * n, 0) +
      norm.weight.size + norm.bias.size,
    embed({ ids, types: kinds, size, length }: TextBatch): tf.Tensor2D {
      if (length > longest) {
        throw new UsageError(`a text of ${length} tokens is too long for this model; cut it at ${longest}`);
      }
      const rows = gatherRows(words, tf.tensor1d(ids, "int32")); // (size · length, d)
      const kind = tf.gather(types, tf.tensor1d(kinds, "int32"));
      const place = tf.tile(tf.slice(positions, first_position, length), [size, 1]);
      return layerNorm(tf.addN([rows, kind, place]), norm.weight, norm.bias, layer_norm_eps).y;
    },
    dispose: () => dispose([words, positions, types, norm]),
  };
}
