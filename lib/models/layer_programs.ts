import type * as tf from "@tensorflow/tfjs-core";
import type { Precision } from "../nn/product.ts";
import { compile } from "../tensor/compile.ts";
import { choosePrograms, inPrecision } from "./choose_programs.ts";
import type { LlamaConfig } from "./llama_config.ts";
import {
  layerBackward,
  type LayerContext,
  layerForward,
  type LayerOperands,
  layerSize,
} from "./llama_layer.ts";

/** The passes through a layer. */
export interface LayerPrograms {
  /** With what {@linkcode LayerPrograms.backward} needs. */
  forward(layer: LayerOperands, h: tf.Tensor2D, context: LayerContext): ReturnType<typeof forward>;
  backward: typeof layerBackward;
  /** The output alone. */
  infer: typeof infer;
  /** The backward pass that makes what it needs anew from the layer's input. */
  backwardAnew: typeof backwardAnew;
}

function forward(layer: LayerOperands, input: tf.Tensor2D, context: LayerContext) {
  const { h, saved } = layerForward(layer, input, context, null);
  return { h, saved };
}

function infer(layer: LayerOperands, input: tf.Tensor2D, context: LayerContext): tf.Tensor2D {
  return layerForward(layer, input, context, null).h;
}

function backwardAnew(layer: LayerOperands, input: tf.Tensor2D, dy: tf.Tensor2D, context: LayerContext) {
  return layerBackward(layer, input, dy, layerForward(layer, input, context, null).saved, context);
}

const asIs: LayerPrograms = { forward, backward: layerBackward, infer, backwardAnew };

const compiled: LayerPrograms = {
  forward: compile(inPrecision(forward), { name: "layer forward" }),
  backward: compile(inPrecision(layerBackward), { name: "layer backward" }),
  infer: compile(inPrecision(infer), { name: "layer" }),
  backwardAnew: compile(inPrecision(backwardAnew), { name: "layer forward and backward" }),
};

/**
 * The passes through the layers of a model of this shape, for so many tokens, as {@linkcode choosePrograms} has it; to be
 * called inside `tf.tidy`.
 *
 * @throws UsageError for mixed precision where nothing can be compiled
 */
export function layerPrograms(
  config: LlamaConfig,
  tokens: number,
  precision: Precision = "float32",
): LayerPrograms {
  return choosePrograms({ asIs, compiled }, tokens * layerSize(config), precision);
}
