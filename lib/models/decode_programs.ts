import * as tf from "@tensorflow/tfjs-core";
import { dense } from "../nn/dense.ts";
import { rmsNorm } from "../nn/rms_norm.ts";
import { unpack, type Weight } from "../nn/weight.ts";
import { compile } from "../tensor/compile.ts";
import { hasRawOps } from "../tensor/raw_op.ts";
import type { KeyValueRows } from "./key_value_cache.ts";
import type { LlamaConfig } from "./llama_config.ts";
import { type LayerContext, layerForward, type LayerOperands, layerSize } from "./llama_layer.ts";

/**
 * Prompts are read by compiled layers from so many multiplications in one layer: each shape takes about 0.6 s to compile, which one
 * prompt of 500 tokens nearly repays for a model of 135 million weights. A shape with half of that is compiled when it comes again.
 */
const worthCompilingPrompt = 1.5e9;
const worthCompilingAgain = worthCompilingPrompt / 2;

/** The shapes of prompts that came and were not worth compiling then. */
const known = new Set<string>();

/** A step of one token is repeated for each token and layer, so that it is compiled from a layer of so many weights. */
const worthCompilingStep = 1e6;

/** Prompts that compiled layers may read are padded to a multiple of this. */
const promptBlock = 32;

/** What it takes to read tokens behind those in a cache. */
export interface DecodePrograms {
  layer: typeof layerBehindCache;
  logits: typeof logits;
}

/** A layer's output for new tokens, and their keys and values. */
function layerBehindCache(
  layer: LayerOperands,
  input: tf.Tensor2D,
  context: LayerContext,
  past: KeyValueRows | null,
): { h: tf.Tensor2D; tokens: KeyValueRows } {
  const { batch, kvHeads, headDim } = context.keys;
  const slots = (x: tf.Tensor2D) => tf.reshape(x, [batch * kvHeads, -1, headDim]) as tf.Tensor3D;
  const rows = (x: tf.Tensor3D) => tf.reshape(x, [-1, headDim]) as tf.Tensor2D;
  const { h, k, v } = layerForward(layer, input, context, past && { k: slots(past.k), v: slots(past.v) });
  return { h, tokens: { k: rows(k), v: rows(v) } };
}

/** Logits of hidden states: h (tokens, d) → (tokens, vocabulary). */
export function logits(h: tf.Tensor2D, norm: tf.Tensor1D, head: Weight, epsilon: number): tf.Tensor2D {
  return dense(rmsNorm(h, norm, epsilon).y, unpack(head));
}

const asIs: DecodePrograms = { layer: layerBehindCache, logits };

const compiled: DecodePrograms = {
  layer: compile(layerBehindCache, { name: "layer behind a cache" }),
  logits: compile(logits, { name: "logits" }),
};

/** The programs for so many prompts of so many tokens each, padding included. */
export function promptPrograms(config: LlamaConfig, batch: number, length: number): DecodePrograms {
  const work = batch * length * layerSize(config);
  if (work >= worthCompilingPrompt) return compiled;
  if (work < worthCompilingAgain) return asIs;
  const shape = `${layerSize(config)} ${batch}×${length}`;
  if (known.has(shape)) return compiled;
  known.add(shape);
  return asIs;
}

/** The programs for single tokens behind a cache. */
export function stepPrograms(config: LlamaConfig): DecodePrograms {
  return layerSize(config) >= worthCompilingStep ? compiled : asIs;
}

/** Prompts padded on the left to whole blocks of 32 tokens where compiled layers may read them, so that few lengths occur. */
export function wholeBlocks(
  { ids, padding }: { ids: Int32Array; padding: readonly number[] },
  config: LlamaConfig,
): { ids: Int32Array; padding: readonly number[] } {
  const length = ids.length / padding.length;
  const added = Math.ceil(length / promptBlock) * promptBlock - length;
  if (!hasRawOps() || ids.length * layerSize(config) < worthCompilingAgain) return { ids, padding };
  const padded = new Int32Array(padding.length * (length + added));
  padding.forEach((_, row) => {
    padded.set(ids.subarray(row * length, (row + 1) * length), row * (length + added) + added);
  });
  return { ids: padded, padding: padding.map((pad) => pad + added) };
}
