import * as tf from "@tensorflow/tfjs-core";
import { type Precision, withPrecision } from "../nn/product.ts";
import { canCompile, compile } from "../tensor/compile.ts";
import { UsageError } from "../usage_error.ts";
import type { LlamaConfig } from "./llama_config.ts";
import {
  layerBackward,
  type LayerContext,
  layerForward,
  type LayerOperands,
  layerSize,
} from "./llama_layer.ts";

/**
 * From so many multiplications in one pass through one layer it is compiled, which takes about a second for each shape;
 * all layers of a shape share the program. What is smaller runs operation by operation.
 */
const worthCompiling = 1e8;

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

/** A pass with its products in the precision that its context, the last argument, asks for. */
function inPrecision<A extends readonly [...unknown[], LayerContext], R>(
  pass: (...args: A) => R,
): (...args: A) => R {
  return (...args) => withPrecision((args.at(-1) as LayerContext).precision, () => pass(...args));
}

/**
 * The passes through the layers of a model of this shape, for so many tokens; to be called inside `tf.tidy`. In mixed precision
 * they are always compiled.
 *
 * @throws UsageError for mixed precision where nothing can be compiled
 */
export function layerPrograms(
  config: LlamaConfig,
  tokens: number,
  precision: Precision = "float32",
): LayerPrograms {
  if (precision === "float32") return tokens * layerSize(config) >= worthCompiling ? compiled : asIs;
  if (canCompile()) return compiled;
  throw new UsageError(
    `products in ${precision} need compiled functions, which are off or not there on ${tf.getBackend()}; ` +
      "use float32, or the tensorflow backend without NLORA_COMPILE=off",
  );
}
