import * as tf from "@tensorflow/tfjs-core";
import { adaptedLinear, adaptedLinearBackward, type LinearSaved } from "../nn/adapted_linear.ts";
import {
  disentangledAttention,
  disentangledAttentionBackward,
  type DisentangledSaved,
} from "../nn/disentangled_attention.ts";
import { type HeadLayout, mergeHeads, splitHeads } from "../nn/heads.ts";
import type { AttentionBlock, EncoderContext } from "./encoder_layer.ts";

/** What the layers share beside the rest in one pass over sequences of n tokens. */
export interface DebertaContext extends EncoderContext {
  readonly heads: number;
  /** The embeddings of the distances from n − 1 down to −n. */
  readonly positions: tf.Tensor2D; // (2n, d)
  readonly mask: tf.Tensor3D; // (heads · batch, 1, n)
}

/** What the forward pass keeps for the backward pass. */
export interface DebertaAttentionSaved {
  readonly attention: DisentangledSaved;
  readonly merged: tf.Tensor2D; // (tokens, d)
  readonly linears: Readonly<Record<"query" | "key" | "value" | "attentionOutput", LinearSaved>>;
}

/**
 * The attention of DeBERTa. One map gives the queries of tokens and of positions, another the keys of both (`share_att_key`):
 * the positions stand below the tokens in one product, and so each factor's gradient comes from both. The embeddings of the
 * positions are frozen.
 */
export const debertaAttention: AttentionBlock<DebertaContext, DebertaAttentionSaved> = {
  forward(linears, x, context) {
    const both = withPositions(x, context); // (tokens + 2n, d)
    const query = adaptedLinear(both, linears.query);
    const key = adaptedLinear(both, linears.key);
    const value = adaptedLinear(x, linears.value); // (tokens, d)
    const [q, positionQ] = splitPositions(query.y, context);
    const [k, positionK] = splitPositions(key.y, context);
    const v = splitHeads(value.y, layout(context));
    const attended = disentangledAttention({ q, k, v, positionK, positionQ }, context.mask);
    const merged = mergeHeads(attended.y, layout(context));
    const out = adaptedLinear(merged, linears.attentionOutput);
    return {
      y: out.y,
      saved: {
        attention: attended.saved,
        merged,
        linears: { query: query.saved, key: key.saved, value: value.saved, attentionOutput: out.saved },
      },
    };
  },

  backward(linears, x, dy, saved, context) {
    const back = (name: keyof typeof saved.linears, dy: tf.Tensor2D, input: () => tf.Tensor2D) =>
      adaptedLinearBackward(dy, saved.linears[name], linears[name], input);
    const both = () => withPositions(x, context);
    const out = back("attentionOutput", dy, () => saved.merged);
    const d = disentangledAttentionBackward(splitHeads(out.dx, layout(context)), saved.attention);
    const query = back("query", joinPositions(d.q, d.positionQ, context), both);
    const key = back("key", joinPositions(d.k, d.positionK, context), both);
    const value = back("value", mergeHeads(d.v, layout(context)), () => x);
    const dTokens = tf.slice(tf.add(query.dx, key.dx), [0, 0], [x.shape[0], -1]); // (tokens, d)
    return {
      dx: tf.add(dTokens, value.dx),
      gradients: {
        query: query.gradients,
        key: key.gradients,
        value: value.gradients,
        attentionOutput: out.gradients,
      },
    };
  },
};

/** Rows (rows, d) by head: (heads, rows, headDim). */
function layout({ heads, positions }: DebertaContext): HeadLayout {
  return { batch: 1, kvHeads: heads, groups: 1, headDim: positions.shape[1] / heads };
}

/** (tokens, d) → (tokens + 2n, d). */
function withPositions(x: tf.Tensor2D, { positions }: DebertaContext): tf.Tensor2D {
  return tf.concat([x, positions], 0);
}

/** (tokens + 2n, d) → (heads, tokens, headDim) and (heads, 2n, headDim). */
function splitPositions(x: tf.Tensor2D, context: DebertaContext): [tf.Tensor3D, tf.Tensor3D] {
  const rows = context.positions.shape[0];
  const byHead = splitHeads(x, layout(context));
  return tf.split(byHead, [x.shape[0] - rows, rows], 1) as [tf.Tensor3D, tf.Tensor3D];
}

/** The inverse of {@linkcode splitPositions}, and so the gradient of it. */
function joinPositions(x: tf.Tensor3D, positions: tf.Tensor3D, context: DebertaContext): tf.Tensor2D {
  return mergeHeads(tf.concat([x, positions], 1), layout(context));
}
