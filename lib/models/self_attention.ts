import * as tf from "@tensorflow/tfjs-core";
import { adaptedLinear, adaptedLinearBackward, type LinearSaved } from "../nn/adapted_linear.ts";
import { attention, attentionBackward, type AttentionSaved, attentionWeights } from "../nn/attention.ts";
import { type HeadLayout, mergeHeads, splitHeads } from "../nn/heads.ts";
import { product } from "../nn/product.ts";
import type { AttentionBlock, EncoderContext } from "./encoder_layer.ts";

/** What the layers share beside the rest. */
export interface SelfAttentionContext extends EncoderContext {
  readonly layout: HeadLayout;
  /** (batch · heads, 1, tokens), or null where there is no padding. */
  readonly mask: tf.Tensor3D | null;
}

/** What the forward pass keeps for the backward pass. */
export interface SelfAttentionSaved {
  readonly attention: AttentionSaved;
  readonly linears: Readonly<Record<"query" | "key" | "value" | "attentionOutput", LinearSaved>>;
}

/** The attention of BERT, RoBERTa and ViT: every token looks at every other one of its sequence. */
export const selfAttention: AttentionBlock<SelfAttentionContext, SelfAttentionSaved> = {
  forward(linears, x, { layout, mask }) {
    const [q, k, v] = [linears.query, linears.key, linears.value].map((map) => adaptedLinear(x, map));
    const [queries, keys, values] = [q!, k!, v!].map(({ y }) => splitHeads(y, layout)); // (batch · heads, length, d)
    const attended = attention(queries!, keys!, values!, mask);
    const out = adaptedLinear(mergeHeads(attended.y, layout), linears.attentionOutput);
    return {
      y: out.y,
      saved: {
        attention: attended.saved,
        linears: { query: q!.saved, key: k!.saved, value: v!.saved, attentionOutput: out.saved },
      },
    };
  },

  backward(linears, x, dy, saved, { layout, mask }) {
    const weights = attentionWeights(saved.attention, mask);
    const out = adaptedLinearBackward(
      dy,
      saved.linears.attentionOutput,
      linears.attentionOutput,
      () => mergeHeads(product(weights, saved.attention.v), layout),
    );
    const { dq, dk, dv } = attentionBackward(splitHeads(out.dx, layout), saved.attention, weights);
    const back = (name: "query" | "key" | "value", d: tf.Tensor3D) =>
      adaptedLinearBackward(mergeHeads(d, layout), saved.linears[name], linears[name], () => x);
    const [query, key, value] = [back("query", dq), back("key", dk), back("value", dv)];
    return {
      dx: tf.addN([query.dx, key.dx, value.dx]),
      gradients: {
        query: query.gradients,
        key: key.gradients,
        value: value.gradients,
        attentionOutput: out.gradients,
      },
    };
  },
};
