import * as tf from "@tensorflow/tfjs-core";
import { layerNorm, layerNormAgain, layerNormBackward, type LayerNormSaved } from "../nn/layer_norm.ts";
import type { AttentionBlock, EncoderContext, LayerKind } from "./encoder_layer.ts";
import { feedForward, feedForwardBackward, type FeedForwardSaved } from "./feed_forward.ts";

/** What the forward pass keeps for the backward pass. */
export interface PostNormSaved<Attention> {
  readonly attention: Attention;
  readonly sum1: tf.Tensor2D; // h + attention (tokens, d)
  readonly norm1: LayerNormSaved;
  readonly feedForward: FeedForwardSaved;
  readonly sum2: tf.Tensor2D; // norm(sum1) + feed-forward (tokens, d)
  readonly norm2: LayerNormSaved;
}

/**
 * The layer of BERT, RoBERTa and DeBERTa, which normalises after each part: m = norm(h + attention(h)), then
 * norm(m + feed-forward(m)).
 */
export function postNormLayer<Context extends EncoderContext, Saved>(
  name: string,
  attention: AttentionBlock<Context, Saved>,
): LayerKind<Context, PostNormSaved<Saved>> {
  return {
    name,
    forward({ linears, attentionNorm, outputNorm }, h, context) {
      const { epsilon, activation } = context;
      const attended = attention.forward(linears, h, context);
      const sum1 = tf.add<tf.Tensor2D>(h, attended.y);
      const { y: middle, saved: norm1 } = layerNorm(sum1, attentionNorm.weight, attentionNorm.bias, epsilon);
      const fed = feedForward(linears, middle, activation);
      const sum2 = tf.add<tf.Tensor2D>(middle, fed.y);
      const { y, saved: norm2 } = layerNorm(sum2, outputNorm.weight, outputNorm.bias, epsilon);
      return { h: y, saved: { attention: attended.saved, sum1, norm1, feedForward: fed.saved, sum2, norm2 } };
    },

    backward({ linears, attentionNorm, outputNorm }, h, dy, saved, context) {
      const { sum1, norm1, sum2, norm2 } = saved;
      const dSum2 = layerNormBackward(dy, sum2, norm2, outputNorm.weight);
      const middle = () => layerNormAgain(sum1, norm1, attentionNorm.weight, attentionNorm.bias);
      const fed = feedForwardBackward(linears, middle, dSum2, saved.feedForward, context.activation);
      const dMiddle = tf.add<tf.Tensor2D>(dSum2, fed.dx);
      const dSum1 = layerNormBackward(dMiddle, sum1, norm1, attentionNorm.weight);
      const attended = attention.backward(linears, h, dSum1, saved.attention, context);
      return { dh: tf.add(dSum1, attended.dx), gradients: { ...attended.gradients, ...fed.gradients } };
    },
  };
}
