import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../adapters/adapt.ts";
import type { Adapter } from "../adapters/adapter.ts";
import type { AdapterOptions } from "../adapters/adapter_spec.ts";
import { findMethod } from "../adapters/methods.ts";
import { toHost } from "../linalg/host_matrix.ts";
import { cond } from "../linalg/pinv.ts";
import { relativeError } from "../linalg/relative_error.ts";
import type { Llama } from "../models/llama.ts";
import type { Linear } from "../nn/linear.ts";
import { peakMemory } from "../tensor/peak_memory.ts";

/** The start of one linear map. */
export interface LayerStart {
  readonly name: string;
  /** Of the weight, (m, n). */
  readonly shape: readonly number[];
  readonly ms: number;
  /** ‖W − s·B·N·A‖ / ‖W‖ in the Frobenius norm, with W the weight as given. */
  readonly relative_error: number;
  /** σ₁/σᵣ of the block W[:r, :r]; null for methods that do not use it. */
  readonly cond: number | null;
}

/** The start of a whole model. */
export interface StartReport {
  readonly layers: readonly LayerStart[];
  readonly total_ms: number;
  readonly peak_memory_bytes: number;
  /** The largest difference that the start makes to a logit of a short text. */
  readonly step0_max_abs_diff: number;
}

const probe =
  "Natalia sold 48 cups of tea in April and half as many in May. How many did she sell altogether?";

/**
 * Puts an adapter on a model, measures its start layer by layer, and takes it off again.
 *
 * @param onLayer told after each linear map, with how many are done
 * @throws UsageError as `adapt` does
 */
export async function measureStart(
  model: Llama,
  options: AdapterOptions,
  onLayer?: (done: number, total: number) => void,
): Promise<StartReport> {
  const before = probeLogits(model);
  const milliseconds = new Map<Linear, number>();
  let adapter: Adapter | null = null;
  try {
    peakMemory.start();
    adapter = await adapt(model, options, (linear, ms) => {
      milliseconds.set(linear, ms);
      onLayer?.(milliseconds.size, model.linears.size);
    });
    const peak = peakMemory.read();
    const layers: LayerStart[] = [];
    for (const { linear, start } of adapter.modules) {
      layers.push(await layerStart(adapter, linear, start !== null, milliseconds.get(linear)!));
    }
    return {
      layers,
      total_ms: layers.reduce((sum, layer) => sum + layer.ms, 0),
      peak_memory_bytes: peak,
      step0_max_abs_diff: await maxDifference(before, probeLogits(model)),
    };
  } finally {
    before.dispose();
    adapter?.remove();
  }
}

function probeLogits(model: Llama): tf.Tensor2D {
  return model.logits(Int32Array.from(model.tokenizer.encode(probe)), 1);
}

async function layerStart(
  adapter: Adapter,
  linear: Linear,
  reduced: boolean,
  ms: number,
): Promise<LayerStart> {
  const { method, rank } = adapter.spec;
  const update = adapter.delta(linear);
  const given = reduced ? tf.add(linear.weight, update) as tf.Tensor2D : tf.clone(linear.weight);
  const block = tf.slice(given, [0, 0], [rank, rank]);
  try {
    return {
      name: linear.name,
      shape: given.shape,
      ms,
      relative_error: await relativeError(given, update),
      cond: findMethod(method).nystrom ? cond(await toHost(block)) : null,
    };
  } finally {
    tf.dispose([update, given, block]);
  }
}

/** The largest |a − b|; disposes b. */
async function maxDifference(a: tf.Tensor2D, b: tf.Tensor2D): Promise<number> {
  const largest = tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))));
  const [value] = await largest.data();
  tf.dispose([b, largest]);
  return value!;
}
