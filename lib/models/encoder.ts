import type * as tf from "@tensorflow/tfjs-core";
import type { FactorGradients } from "../nn/factors.ts";
import { layerNorm, layerNormBackward } from "../nn/layer_norm.ts";
import type { Linear } from "../nn/linear.ts";
import { dispose, tidy } from "../tensor/tidy.ts";
import { choosePrograms } from "./choose_programs.ts";
import type { EncoderBody, EncoderInput, EncoderPass } from "./encoder_body.ts";
import {
  type EncoderContext,
  type EncoderLayer,
  encoderMaps,
  encoderOperands,
  type NormWeights,
} from "./encoder_layer.ts";
import type { LayerPasses, layerPasses } from "./layer_passes.ts";
import type { PassOptions } from "./loss_and_gradients.ts";

/** What an encoder is made of. Its tensors belong to it. */
export interface EncoderParts<Input extends EncoderInput, Context extends EncoderContext, Saved> {
  readonly embedding: EncoderEmbedding<Input>;
  readonly layers: readonly EncoderLayer[];
  readonly passes: ReturnType<typeof layerPasses<Context, Saved>>;
  /** After the last layer, where there is one. */
  readonly norm: { readonly weights: NormWeights; readonly epsilon: number } | null;
  /** What the layers share in one pass; the caller owns its tensors. */
  context(input: Input, precision: Context["precision"]): Context;
}

/** From an input to the first hidden states. */
export interface EncoderEmbedding<Input extends EncoderInput> {
  /** Numbers in its weights. */
  readonly parameters: number;
  /** Tokens of the longest sequence that it embeds; by default there is no limit. */
  readonly longest?: number;
  /** Hidden states (size · length, d). To be called inside `tf.tidy`. */
  embed(input: Input): tf.Tensor2D;
  dispose(): void;
}

/**
 * An encoder of layers of one kind, each with a hand-written backward pass for low-rank factors: the weights are frozen and no
 * gradient is formed for them.
 */
export class Encoder<Input extends EncoderInput, Context extends EncoderContext, Saved>
  implements EncoderBody<Input> {
  readonly linears: ReadonlyMap<string, Linear>;

  constructor(private readonly parts: EncoderParts<Input, Context, Saved>) {
    const linears = parts.layers.flatMap((layer) => encoderMaps.map((map) => layer.linears[map]));
    this.linears = new Map(linears.map((linear) => [linear.name, linear]));
  }

  get longest(): number {
    return this.parts.embedding.longest ?? Infinity;
  }

  get parameters(): number {
    const norms = this.#norms.reduce((sum, { weight, bias }) => sum + weight.size + bias.size, 0);
    const maps = [...this.linears.values()].reduce((sum, linear) => sum + linear.parameters, 0);
    return this.parts.embedding.parameters + maps + norms;
  }

  hiddenStates(input: Input): tf.Tensor2D {
    const context = this.parts.context(input, "float32");
    try {
      const { infer } = this.#passes(input, context);
      let h = tidy(() => this.parts.embedding.embed(input));
      for (const layer of this.parts.layers) {
        const next = tidy(() => infer(encoderOperands(layer), h, context));
        h.dispose();
        h = next;
      }
      if (!this.parts.norm) return h;
      const y = tidy(() => this.#normalise(h).y);
      h.dispose();
      return y;
    } finally {
      dispose(context);
    }
  }

  forward(
    input: Input,
    { recompute = false, precision = "float32" }: PassOptions = {},
  ): EncoderPass {
    const { layers, norm } = this.parts;
    const context = this.parts.context(input, precision);
    const kept: { h: tf.Tensor2D; saved: Saved | null }[] = [];
    const free = () => dispose([kept, context]);
    let passes: LayerPasses<Context, Saved>;
    let h: tf.Tensor2D;
    try {
      passes = this.#passes(input, context);
      h = tidy(() => this.parts.embedding.embed(input));
      for (const layer of layers) {
        kept.push({ h, saved: null });
        const next = tidy(() =>
          recompute
            ? { h: passes.infer(encoderOperands(layer), h, context), saved: null }
            : passes.forward(encoderOperands(layer), h, context)
        );
        kept.at(-1)!.saved = next.saved;
        h = next.h;
      }
    } catch (error) {
      free();
      throw error;
    }
    const last = norm ? this.#normalise(h) : null;
    return {
      h: last?.y ?? h,
      backward: (dh) => {
        const gradients = new Map<string, FactorGradients>();
        let dy = dh;
        if (last) {
          dy = tidy(() => layerNormBackward(dh, h, last.saved, norm!.weights.weight));
          dh.dispose();
        }
        for (const layer of layers.toReversed()) {
          const { h, saved } = kept.pop()!;
          const back = tidy(() =>
            saved === null
              ? passes.backwardAnew(encoderOperands(layer), h, dy, context)
              : passes.backward(encoderOperands(layer), h, dy, saved, context)
          );
          dispose([dy, h, saved]);
          dy = back.dh;
          for (const map of encoderMaps) gradients.set(layer.linears[map].name, back.gradients[map]);
        }
        dy.dispose();
        return gradients;
      },
      dispose: () => {
        free();
        dispose([h, last]);
      },
    };
  }

  dispose(): void {
    this.parts.embedding.dispose();
    for (const linear of this.linears.values()) linear.dispose();
    dispose(this.#norms);
  }

  get #norms(): NormWeights[] {
    const { layers, norm } = this.parts;
    const inner = layers.flatMap(({ attentionNorm, outputNorm }) => [attentionNorm, outputNorm]);
    return norm ? [...inner, norm.weights] : inner;
  }

  #passes({ size, length }: Input, { precision }: Context): LayerPasses<Context, Saved> {
    const layer = [...this.linears.values()].slice(0, encoderMaps.length);
    const products = layer.reduce((sum, { outputs, inputs }) => sum + outputs * inputs, 0);
    return choosePrograms(this.parts.passes, size * length * products, precision);
  }

  #normalise(h: tf.Tensor2D): ReturnType<typeof layerNorm> {
    const { weights: { weight, bias }, epsilon } = this.parts.norm!;
    return tidy(() => layerNorm(h, weight, bias, epsilon));
  }
}
