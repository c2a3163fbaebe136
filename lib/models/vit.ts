import * as tf from "@tensorflow/tfjs-core";
import { dense } from "../nn/dense.ts";
import { dispose } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import { Encoder } from "./encoder.ts";
import type { EncoderBody, EncoderInput } from "./encoder_body.ts";
import type { EncoderLayer, NormWeights } from "./encoder_layer.ts";
import { layerPasses } from "./layer_passes.ts";
import { preNormLayer } from "./pre_norm_layer.ts";
import { selfAttention } from "./self_attention.ts";
import type { VitConfig } from "./vit_config.ts";

/** Pictures of one forward pass; their tokens are their patches and one that stands for the whole. */
export interface PixelBatch extends EncoderInput {
  /** (size, height, width, channels) as the model wants them, mostly from −1 to 1; the caller's own. */
  readonly pixels: tf.Tensor4D;
}

/** The weights of a ViT without its head, all owned by it. */
export interface VitWeights {
  /** The map of a patch (d, side · side · channels); its rows go over rows, columns and channels of the patch, in this order. */
  readonly patches: tf.Tensor2D;
  readonly patchBias: tf.Tensor1D; // (d)
  readonly whole: tf.Tensor2D; // the token of the whole picture (1, d)
  readonly positions: tf.Tensor2D; // (1 + patches, d)
  readonly layers: readonly EncoderLayer[];
  readonly norm: NormWeights;
}

const passes = layerPasses(preNormLayer("ViT", selfAttention));

/**
 * Pictures as an input of a ViT of this shape.
 *
 * @throws UsageError for pictures of another size
 */
export function pixelBatch(config: VitConfig, pixels: tf.Tensor4D): PixelBatch {
  const { image_size: [height, width], num_channels } = config;
  const [size, ...found] = pixels.shape;
  if (found.join() !== [height, width, num_channels].join()) {
    throw new UsageError(
      `pictures of (${
        found.join(", ")
      }) came, and this model reads (${height}, ${width}, ${num_channels}); ` +
        "resize them, channels last",
    );
  }
  return { pixels, size, length: 1 + patchCount(config) };
}

/** Patches of one picture. */
export function patchCount({ image_size: [height, width], patch_size: side }: VitConfig): number {
  return Math.floor(height / side) * Math.floor(width / side);
}

/**
 * The encoder of ViT (Dosovitskiy et al. 2021, arXiv 2010.11929): a picture is cut into patches, each patch is a token, and a
 * LayerNorm stands before each part of a layer and after the last one.
 */
export function vit(config: VitConfig, weights: VitWeights): EncoderBody<PixelBatch> {
  const { hidden_size, num_attention_heads: heads, layer_norm_eps: epsilon } = config;
  return new Encoder({
    embedding: vitEmbedding(config, weights),
    layers: weights.layers,
    passes,
    norm: { weights: weights.norm, epsilon },
    context: ({ size }, precision) => ({
      epsilon,
      activation: config.hidden_act,
      precision,
      layout: { batch: size, kvHeads: heads, groups: 1, headDim: hidden_size / heads },
      mask: null,
    }),
  });
}

/** The patches by one product, after the token of the whole picture, each with the row of its place. */
function vitEmbedding(config: VitConfig, { patches, patchBias, whole, positions }: VitWeights) {
  const tensors = [patches, patchBias, whole, positions];
  return {
    longest: positions.shape[0],
    parameters: tensors.reduce((sum, { size }) => sum + size, 0),
    embed({ pixels, size, length }: PixelBatch): tf.Tensor2D {
      const { patch_size: side } = config;
      const rows = tf.add(dense(cut(pixels, side), patches), patchBias); // (size · patches, d)
      const tokens = tf.concat([
        tf.tile(tf.expandDims(whole, 0), [size, 1, 1]),
        tf.reshape(rows, [size, length - 1, -1]),
      ], 1); // (size, length, d)
      return tf.reshape(tf.add(tokens, positions), [size * length, -1]);
    },
    dispose: () => dispose(tensors),
  };
}

/** Pictures (size, height, width, channels) → patches from left to right and top to bottom (size · patches, side · side · channels). */
function cut(pixels: tf.Tensor4D, side: number): tf.Tensor2D {
  const [size, height, width, channels] = pixels.shape;
  const [down, across] = [Math.floor(height / side), Math.floor(width / side)];
  const whole = tf.slice(pixels, [0, 0, 0, 0], [size, down * side, across * side, channels]);
  const grid = tf.reshape(whole, [size, down, side, across, side * channels]);
  return tf.reshape(tf.transpose(grid, [0, 1, 3, 2, 4]), [size * down * across, side * side * channels]);
}
