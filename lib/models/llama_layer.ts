import * as tf from "@tensorflow/tfjs-core";
import type { Activation, LlamaConfig } from "./llama_config.ts";
import {
  attention,
  attentionBackward,
  type AttentionSaved,
  attentionWeights,
  type PastKeyValues,
} from "../nn/attention.ts";
import { type HeadLayout, mergeHeads, splitHeads } from "../nn/heads.ts";
import type { FactorGradients } from "../nn/factors.ts";
import {
  adaptedLinear,
  adaptedLinearBackward,
  type LinearOperands,
  type LinearSaved,
} from "../nn/adapted_linear.ts";
import { geglu, gegluBackward } from "../nn/geglu.ts";
import type { Linear } from "../nn/linear.ts";
import { type Precision, product } from "../nn/product.ts";
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

/** Numbers in the linear maps of one layer, which is also the multiplications that it takes for one token. */
export function layerSize(config: LlamaConfig): number {
  return projections.reduce((sum, projection) => {
    const [m, n] = projectionShape(config, projection);
    return sum + m * n;
  }, 0);
}

/** The weights of one decoder layer. */
export interface LlamaLayer {
  readonly linears: Readonly<Record<Projection, Linear>>;
  readonly inputNorm: tf.Tensor1D; // (d)
  readonly attentionNorm: tf.Tensor1D; // (d)
}

/** The same as plain data, as the layer is at the moment. */
export interface LayerOperands {
  readonly linears: Readonly<Record<Projection, LinearOperands>>;
  readonly inputNorm: tf.Tensor1D;
  readonly attentionNorm: tf.Tensor1D;
}

/** A layer as plain data; the tensors stay its own. */
export function layerOperands({ linears, inputNorm, attentionNorm }: LlamaLayer): LayerOperands {
  const operands = projections.map((projection) => [projection, linears[projection].operands]);
  return { linears: Object.fromEntries(operands), inputNorm, attentionNorm };
}

/** The feed-forward part's two halves put together, and the gradients of that. */
const gates = {
  silu: { forward: swiglu, backward: swigluBackward },
  gelu_pytorch_tanh: { forward: geglu, backward: gegluBackward },
} satisfies Record<Activation, unknown>;

/** What all layers share in one pass over one batch. */
export interface LayerContext {
  readonly epsilon: number;
  readonly activation: Activation;
  /** Of the products. */
  readonly precision: Precision;
  readonly queries: HeadLayout;
  readonly keys: HeadLayout;
  readonly queryRotary: RotaryTable;
  readonly keyRotary: RotaryTable;
  readonly mask: tf.Tensor3D;
}

/** What the forward pass keeps for the backward pass. */
export interface LayerSaved {
  readonly inverse1: tf.Tensor2D;
  readonly attention: AttentionSaved;
  readonly middle: tf.Tensor2D;
  readonly inverse2: tf.Tensor2D;
  readonly gate: tf.Tensor2D;
  readonly up: tf.Tensor2D;
  readonly linears: Readonly<Record<Projection, LinearSaved>>;
}

/**
 * One layer: h + attention(norm(h)), then that + feed-forward(norm(that)); h (tokens, d) → (tokens, d), and the new tokens'
 * keys and values. To be called inside `tf.tidy`, which disposes what the caller does not return.
 *
 * Each of the seven maps is a product of its own. One product for q, k and v and one for gate and up would have to join their
 * weights anew in each step where updates are folded into them, and inside a compiled layer of SmolLM2's shape it was measured
 * to be no faster (29 to 31 ms against 27 to 28).
 *
 * @param past those of the tokens before
 */
export function layerForward(
  { linears, inputNorm, attentionNorm }: LayerOperands,
  h: tf.Tensor2D,
  context: LayerContext,
  past: PastKeyValues | null,
): { h: tf.Tensor2D; saved: LayerSaved; k: tf.Tensor3D; v: tf.Tensor3D } {
  const { y: x, inverse: inverse1 } = rmsNorm(h, inputNorm, context.epsilon);
  const q = adaptedLinear(x, linears.q_proj); // (tokens, heads · headDim)
  const k = adaptedLinear(x, linears.k_proj); // (tokens, kvHeads · headDim)
  const v = adaptedLinear(x, linears.v_proj);
  const keys = splitHeads(rotary(k.y, context.keyRotary), context.keys); // (batch · kvHeads, tokens, headDim)
  const values = splitHeads(v.y, context.keys);
  const queries = splitHeads(rotary(q.y, context.queryRotary), context.queries);
  const attended = attention(queries, keys, values, context.mask, past);
  const o = adaptedLinear(mergeHeads(attended.y, context.queries), linears.o_proj);
  const middle = tf.add(h, o.y) as tf.Tensor2D; // (tokens, d)

  const { y: z, inverse: inverse2 } = rmsNorm(middle, attentionNorm, context.epsilon);
  const gate = adaptedLinear(z, linears.gate_proj); // (tokens, ffn)
  const up = adaptedLinear(z, linears.up_proj);
  const down = adaptedLinear(gates[context.activation].forward(gate.y, up.y), linears.down_proj);
  return {
    h: tf.add(middle, down.y),
    k: keys,
    v: values,
    saved: {
      inverse1,
      attention: attended.saved,
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
 * The backward pass of {@linkcode layerForward} with its input h (tokens, d): dy (tokens, d) → dh (tokens, d) and the
 * gradients of the factors. To be called inside `tf.tidy`.
 */
export function layerBackward(
  { linears, inputNorm, attentionNorm }: LayerOperands,
  h: tf.Tensor2D,
  dy: tf.Tensor2D,
  saved: LayerSaved,
  context: LayerContext,
): { dh: tf.Tensor2D; gradients: Record<Projection, FactorGradients> } {
  const gating = gates[context.activation];
  const down = adaptedLinearBackward(
    dy,
    saved.linears.down_proj,
    linears.down_proj,
    () => gating.forward(saved.gate, saved.up),
  );
  const { dGate, dUp } = gating.backward(down.dx, saved.gate, saved.up);
  const z = once(() => rmsNormAgain(saved.middle, saved.inverse2, attentionNorm));
  const gate = adaptedLinearBackward(dGate, saved.linears.gate_proj, linears.gate_proj, z);
  const up = adaptedLinearBackward(dUp, saved.linears.up_proj, linears.up_proj, z);
  const dz = tf.add(gate.dx, up.dx) as tf.Tensor2D;
  const dMiddle = tf.add(dy, rmsNormBackward(dz, saved.middle, saved.inverse2, attentionNorm)) as tf.Tensor2D;

  const weights = attentionWeights(saved.attention, context.mask);
  const merged = () => mergeHeads(product(weights, saved.attention.v), context.queries);
  const o = adaptedLinearBackward(dMiddle, saved.linears.o_proj, linears.o_proj, merged);
  const { dq, dk, dv } = attentionBackward(splitHeads(o.dx, context.queries), saved.attention, weights);
  const x = once(() => rmsNormAgain(h, saved.inverse1, inputNorm));
  const q = adaptedLinearBackward(
    rotaryBackward(mergeHeads(dq, context.queries), context.queryRotary),
    saved.linears.q_proj,
    linears.q_proj,
    x,
  );
  const k = adaptedLinearBackward(
    rotaryBackward(mergeHeads(dk, context.keys), context.keyRotary),
    saved.linears.k_proj,
    linears.k_proj,
    x,
  );
  const v = adaptedLinearBackward(mergeHeads(dv, context.keys), saved.linears.v_proj, linears.v_proj, x);
  const dx = tf.addN([q.dx, k.dx, v.dx]);
  return {
    dh: tf.add(dMiddle, rmsNormBackward(dx, h, saved.inverse1, inputNorm)),
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
