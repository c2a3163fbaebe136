import * as tf from "@tensorflow/tfjs-core";
import type { LlamaConfig } from "./llama_config.ts";
import { attention, attentionBackward, type AttentionSaved } from "../nn/attention.ts";
import { type HeadLayout, mergeHeads, splitHeads } from "../nn/heads.ts";
import type { FactorGradients, Linear, LinearSaved } from "../nn/linear.ts";
import { rmsNorm, rmsNormAgain, rmsNormBackward } from "../nn/rms_norm.ts";
import { rotary, rotaryBackward, type RotaryTable } from "../nn/rotary.ts";
import { swiglu, swigluBackward } from "../nn/swiglu.ts";

/** The seven linear maps of a layer, by their names in transformers. */
export const projections = [
  "q_proj",
  "k_proj",
  "v_proj",
  "o_proj",
  "gate_proj",
  "up_proj",
  "down_proj",
] as const;

/** One of the seven linear maps of a layer. */
export type Projection = typeof projections[number];

/** The dotted name of a linear map in transformers, such as `model.layers.0.self_attn.q_proj`. */
export function linearName(layer: number, projection: Projection): string {
  const block = projections.indexOf(projection) < 4 ? "self_attn" : "mlp";
  return `model.layers.${layer}.${block}.${projection}`;
}

/** The shape (m, n) of a linear map's weight. */
export function projectionShape(config: LlamaConfig, projection: Projection): [number, number] {
  const { hidden_size: d, intermediate_size: ffn, head_dim } = config;
  const attention = config.num_attention_heads * head_dim;
  const keys = config.num_key_value_heads * head_dim;
  const shapes: Record<Projection, [number, number]> = {
    q_proj: [attention, d],
    k_proj: [keys, d],
    v_proj: [keys, d],
    o_proj: [d, attention],
    gate_proj: [ffn, d],
    up_proj: [ffn, d],
    down_proj: [d, ffn],
  };
  return shapes[projection];
}

/** The weights of one decoder layer. */
export interface LlamaLayer {
  readonly linears: Readonly<Record<Projection, Linear>>;
  readonly inputNorm: tf.Tensor1D; // (d)
  readonly attentionNorm: tf.Tensor1D; // (d)
}

/** What all layers share in one pass over one batch. */
export interface LayerContext {
  readonly epsilon: number;
  readonly queries: HeadLayout;
  readonly keys: HeadLayout;
  readonly queryRotary: RotaryTable;
  readonly keyRotary: RotaryTable;
  readonly mask: tf.Tensor3D;
}

/** The keys and values of the tokens seen so far. */
export interface LayerCache {
  readonly k: tf.Tensor3D; // (batch · kvHeads, tokens, headDim)
  readonly v: tf.Tensor3D; // (batch · kvHeads, tokens, headDim)
}

/** What the forward pass keeps for the backward pass. */
export interface LayerSaved {
  readonly h: tf.Tensor2D;
  readonly inverse1: tf.Tensor2D;
  readonly attention: AttentionSaved;
  readonly merged: tf.Tensor2D;
  readonly middle: tf.Tensor2D;
  readonly inverse2: tf.Tensor2D;
  readonly gate: tf.Tensor2D;
  readonly up: tf.Tensor2D;
  readonly linears: Readonly<Record<Projection, LinearSaved>>;
}

/**
 * One layer: h + attention(norm(h)), then that + feed-forward(norm(that)); h (tokens, d) → (tokens, d).
 * To be called inside `tf.tidy`, which disposes what the caller does not return.
 */
export function layerForward(
  { linears, inputNorm, attentionNorm }: LlamaLayer,
  h: tf.Tensor2D,
  context: LayerContext,
  past: LayerCache | null,
): { h: tf.Tensor2D; saved: LayerSaved; cache: LayerCache } {
  const { y: x, inverse: inverse1 } = rmsNorm(h, inputNorm, context.epsilon);
  const q = linears.q_proj.forward(x); // (tokens, heads · headDim)
  const k = linears.k_proj.forward(x); // (tokens, kvHeads · headDim)
  const v = linears.v_proj.forward(x);
  const newKeys = splitHeads(rotary(k.y, context.keyRotary), context.keys);
  const newValues = splitHeads(v.y, context.keys);
  const cache = {
    k: past ? tf.concat([past.k, newKeys], 1) : newKeys,
    v: past ? tf.concat([past.v, newValues], 1) : newValues,
  };
  const attended = attention(
    splitHeads(rotary(q.y, context.queryRotary), context.queries),
    cache.k,
    cache.v,
    context.mask,
  );
  const merged = mergeHeads(attended.y, context.queries);
  const o = linears.o_proj.forward(merged);
  const middle = tf.add(h, o.y) as tf.Tensor2D; // (tokens, d)

  const { y: z, inverse: inverse2 } = rmsNorm(middle, attentionNorm, context.epsilon);
  const gate = linears.gate_proj.forward(z); // (tokens, ffn)
  const up = linears.up_proj.forward(z);
  const down = linears.down_proj.forward(swiglu(gate.y, up.y));
  return {
    h: tf.add(middle, down.y),
    cache,
    saved: {
      h,
      inverse1,
      attention: attended.saved,
      merged,
      middle,
      inverse2,
      gate: gate.y,
      up: up.y,
      linears: {
        q_proj: q.saved,
        k_proj: k.saved,
        v_proj: v.saved,
        o_proj: o.saved,
        gate_proj: gate.saved,
        up_proj: up.saved,
        down_proj: down.saved,
      },
    },
  };
}

/**
 * The backward pass of {@linkcode layerForward}: dy (tokens, d) → dh (tokens, d) and the gradients of the factors.
 * To be called inside `tf.tidy`.
 */
export function layerBackward(
  { linears, inputNorm, attentionNorm }: LlamaLayer,
  dy: tf.Tensor2D,
  saved: LayerSaved,
  context: LayerContext,
): { dh: tf.Tensor2D; gradients: Record<Projection, FactorGradients> } {
  const down = linears.down_proj.backward(dy, saved.linears.down_proj, () => swiglu(saved.gate, saved.up));
  const { dGate, dUp } = swigluBackward(down.dx, saved.gate, saved.up);
  const z = once(() => rmsNormAgain(saved.middle, saved.inverse2, attentionNorm));
  const gate = linears.gate_proj.backward(dGate, saved.linears.gate_proj, z);
  const up = linears.up_proj.backward(dUp, saved.linears.up_proj, z);
  const dz = tf.add(gate.dx, up.dx) as tf.Tensor2D;
  const dMiddle = tf.add(dy, rmsNormBackward(dz, saved.middle, saved.inverse2, attentionNorm)) as tf.Tensor2D;

  const o = linears.o_proj.backward(dMiddle, saved.linears.o_proj, () => saved.merged);
  const { dq, dk, dv } = attentionBackward(splitHeads(o.dx, context.queries), saved.attention);
  const x = once(() => rmsNormAgain(saved.h, saved.inverse1, inputNorm));
  const q = linears.q_proj.backward(
    rotaryBackward(mergeHeads(dq, context.queries), context.queryRotary),
    saved.linears.q_proj,
    x,
  );
  const k = linears.k_proj.backward(
    rotaryBackward(mergeHeads(dk, context.keys), context.keyRotary),
    saved.linears.k_proj,
    x,
  );
  const v = linears.v_proj.backward(mergeHeads(dv, context.keys), saved.linears.v_proj, x);
  const dx = tf.addN([q.dx, k.dx, v.dx]);
  return {
    dh: tf.add(dMiddle, rmsNormBackward(dx, saved.h, saved.inverse1, inputNorm)),
    gradients: {
      q_proj: q.gradients,
      k_proj: k.gradients,
      v_proj: v.gradients,
      o_proj: o.gradients,
      gate_proj: gate.gradients,
      up_proj: up.gradients,
      down_proj: down.gradients,
    },
  };
}

/** The value of `make`, made at the first call. */
function once<T>(make: () => T): () => T {
  let value: T | undefined;
  return () => value ??= make();
}
