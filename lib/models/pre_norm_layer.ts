import * as tf from "@tensorflow/tfjs-core";
import { layerNorm, layerNormAgain, layerNormBackward, type LayerNormSaved } from "../nn/layer_norm.ts";
import type { AttentionBlock, EncoderContext, LayerKind } from "./encoder_layer.ts";
import { feedForward, feedForwardBackward, type FeedForwardSaved } from "./feed_forward.ts";

/** What the forward pass keeps for the backward pass. */
export interface PreNormSaved<Attention> {
  readonly norm1: LayerNormSaved;
  readonly attention: Attention;
  readonly middle: tf.Tensor2D; // h + attention (tokens, d)
  readonly norm2: LayerNormSaved;
  readonly feedForward: FeedForwardSaved;
}

/** The layer of ViT, which normalises before each part: m = h + attention(norm(h)), then m + feed-forward(norm(m)). */
export function preNormLayer<Context extends EncoderContext, Saved>(
  name: string,
  attention: AttentionBlock<Context, Saved>,
): LayerKind<Context, PreNormSaved<Saved>> {
  return {
    name,
    forward({ linears, attentionNorm, outputNorm }, h, context) {
      const { epsilon, activation } = context;
      const { y: x, saved: norm1 } = layerNorm(h, attentionNorm.weight, attentionNorm.bias, epsilon);
      const attended = attention.forward(linears, x, context);
      const middle = tf.add<tf.Tensor2D>(h, attended.y);
      const { y: z, saved: norm2 } = layerNorm(middle, outputNorm.weight, outputNorm.bias, epsilon);
      const fed = feedForward(linears, z, activation);
      return {
        h: tf.add(middle, fed.y),
        saved: { norm1, attention: attended.saved, middle, norm2, feedForward: fed.saved },
      };
    },

    backward({ linears, attentionNorm, outputNorm }, h, dy, saved, context) {
      const { norm1, middle, norm2 } = saved;
      const z = () => layerNormAgain(middle, norm2, outputNorm.weight, outputNorm.bias);
      const fed = feedForwardBackward(linears, z, dy, saved.feedForward, context.activation);
      const dMiddle = tf.add<tf.Tensor2D>(dy, layerNormBackward(fed.dx, middle, norm2, outputNorm.weight));
      const x = layerNormAgain(h, norm1, attentionNorm.weight, attentionNorm.bias);
      const attended = attention.backward(linears, x, dMiddle, saved.attention, context);
      const dh = tf.add<tf.Tensor2D>(
        dMiddle,
        layerNormBackward(attended.dx, h, norm1, attentionNorm.weight),
      );
      return { dh, gradients: { ...attended.gradients, ...fed.gradients } };
    },
  };
}
