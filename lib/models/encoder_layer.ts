import type * as tf from "@tensorflow/tfjs-core";
import type { Activation } from "../nn/activation.ts";
import type { LinearOperands } from "../nn/adapted_linear.ts";
import type { FactorGradients } from "../nn/factors.ts";
import type { Linear } from "../nn/linear.ts";
import type { Precision } from "../nn/product.ts";

/** The six linear maps of an encoder's layer. */
export const encoderMaps = ["query", "key", "value", "attentionOutput", "intermediate", "output"] as const;

/** One of the six linear maps of a layer. */
export type EncoderMap = typeof encoderMaps[number];

/** Weight and bias (d) of a LayerNorm. */
export interface NormWeights {
  readonly weight: tf.Tensor1D;
  readonly bias: tf.Tensor1D;
}

/** The weights of one layer: its maps, and the norm that belongs to the attention and the one of the feed-forward part. */
export interface EncoderLayer {
  readonly linears: Readonly<Record<EncoderMap, Linear>>;
  readonly attentionNorm: NormWeights;
  readonly outputNorm: NormWeights;
}

/** The same as plain data, as the layer is at the moment. */
export interface EncoderOperands {
  readonly linears: Readonly<Record<EncoderMap, LinearOperands>>;
  readonly attentionNorm: NormWeights;
  readonly outputNorm: NormWeights;
}

/** What all layers share in one pass over one batch. */
export interface EncoderContext {
  readonly epsilon: number;
  readonly activation: Activation;
  /** Of the products. */
  readonly precision: Precision;
}

/** Gradients of the factors that train, by the maps of one layer or of a part of it. */
export type MapGradients<Map extends EncoderMap = EncoderMap> = Readonly<Record<Map, FactorGradients>>;

/**
 * Attention as a part of a layer, from its input to what its output map gives; both functions to be called inside `tf.tidy`.
 */
export interface AttentionBlock<Context extends EncoderContext, Saved> {
  /** x (tokens, d) → y (tokens, d). */
  forward(
    linears: EncoderOperands["linears"],
    x: tf.Tensor2D,
    context: Context,
  ): { y: tf.Tensor2D; saved: Saved };
  /**
   * dy (tokens, d) → dx (tokens, d).
   *
   * @param x the input of the forward pass
   */
  backward(
    linears: EncoderOperands["linears"],
    x: tf.Tensor2D,
    dy: tf.Tensor2D,
    saved: Saved,
    context: Context,
  ): { dx: tf.Tensor2D; gradients: MapGradients<"query" | "key" | "value" | "attentionOutput"> };
}

/** One kind of layer; both functions to be called inside `tf.tidy`. */
export interface LayerKind<Context extends EncoderContext, Saved> {
  /** Shown in progress and errors. */
  readonly name: string;
  /** h (tokens, d) → (tokens, d), and what the backward pass needs. */
  forward(layer: EncoderOperands, h: tf.Tensor2D, context: Context): { h: tf.Tensor2D; saved: Saved };
  /**
   * dy (tokens, d) → dh (tokens, d).
   *
   * @param h the input of the forward pass
   */
  backward(
    layer: EncoderOperands,
    h: tf.Tensor2D,
    dy: tf.Tensor2D,
    saved: Saved,
    context: Context,
  ): { dh: tf.Tensor2D; gradients: MapGradients };
}

/** A layer as plain data; the tensors stay its own. */
export function encoderOperands({ linears, attentionNorm, outputNorm }: EncoderLayer): EncoderOperands {
  const operands = encoderMaps.map((map) => [map, linears[map].operands]);
  return { linears: Object.fromEntries(operands), attentionNorm, outputNorm };
}
