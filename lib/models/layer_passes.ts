import type * as tf from "@tensorflow/tfjs-core";
import { compile } from "../tensor/compile.ts";
import { inPrecision } from "./choose_programs.ts";
import type { EncoderContext, EncoderOperands, LayerKind } from "./encoder_layer.ts";

/** The passes through one kind of layer; to be called inside `tf.tidy`. */
export interface LayerPasses<Context extends EncoderContext, Saved>
  extends Pick<LayerKind<Context, Saved>, "forward" | "backward"> {
  /** The output alone. */
  infer(layer: EncoderOperands, h: tf.Tensor2D, context: Context): tf.Tensor2D;
  /** The backward pass that makes what it needs anew from the layer's input. */
  backwardAnew(
    layer: EncoderOperands,
    h: tf.Tensor2D,
    dy: tf.Tensor2D,
    context: Context,
  ): ReturnType<LayerKind<Context, Saved>["backward"]>;
}

/** The passes as they are and compiled; to be made once for each kind of layer, since programs are kept with them. */
export function layerPasses<Context extends EncoderContext, Saved>(
  { name, forward, backward }: LayerKind<Context, Saved>,
): { readonly asIs: LayerPasses<Context, Saved>; readonly compiled: LayerPasses<Context, Saved> } {
  const asIs: LayerPasses<Context, Saved> = {
    forward,
    backward,
    infer: (layer, h, context) => forward(layer, h, context).h,
    backwardAnew: (layer, h, dy, context) =>
      backward(layer, h, dy, forward(layer, h, context).saved, context),
  };
  return {
    asIs,
    compiled: {
      forward: compile(inPrecision(asIs.forward), { name: `${name} layer forward` }),
      backward: compile(inPrecision(asIs.backward), { name: `${name} layer backward` }),
      infer: compile(inPrecision(asIs.infer), { name: `${name} layer` }),
      backwardAnew: compile(inPrecision(asIs.backwardAnew), { name: `${name} layer forward and backward` }),
    },
  };
}
