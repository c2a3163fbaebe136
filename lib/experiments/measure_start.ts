import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../adapters/adapt.ts";
import type { AdaptedLinear, Adapter } from "../adapters/adapter.ts";
import type { AdapterOptions, AdapterSpec } from "../adapters/adapter_spec.ts";
import { findMethod } from "../adapters/methods.ts";
import { targetedLinears } from "../adapters/target_linears.ts";
import { toHost } from "../linalg/host_matrix.ts";
import { cond } from "../linalg/cond.ts";
import { relativeError } from "../linalg/relative_error.ts";
import type { Truncation } from "../linalg/truncated_pinv.ts";
import type { Llama } from "../models/llama.ts";
import type { Linear } from "../nn/linear.ts";
import { lowRankDelta } from "../nn/low_rank.ts";
import { peakMemory } from "../tensor/peak_memory.ts";

/** The start of one linear map. */
export interface LayerStart {
  readonly name: string;
  /** Of the weight, (m, n). */
  readonly shape: readonly number[];
  readonly ms: number;
  /** ‖W − s·B·N·A‖ / ‖W‖ in the Frobenius norm, with W the weight as given. */
  readonly relative_error: number;
  /** Condition number of what the Nyström core copies or inverts; null for methods without one. */
  readonly cond: number | null;
  /** Singular values that the core's pseudo-inverse kept, of the rank; null where there is none. */
  readonly kept: number | null;
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
  const maps = targetedLinears(options, model.linears).length;
  const told = new Map<Linear, { ms: number; truncation: Truncation | null }>();
  let adapter: Adapter | null = null;
  try {
    peakMemory.start();
    adapter = await adapt(model, options, (linear, ms, truncation) => {
      told.set(linear, { ms, truncation });
      onLayer?.(told.size, maps);
    });
    const peak = peakMemory.read();
    const layers: LayerStart[] = [];
    for (const { linear, update } of adapter.modules) {
      layers.push(await layerStart(adapter.spec, { linear, update }, told.get(linear)!));
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
  { method }: AdapterSpec,
  { linear, update: { start, factors, scaling } }: AdaptedLinear,
  { ms, truncation }: { ms: number; truncation: Truncation | null },
): Promise<LayerStart> {
  const { choices } = findMethod(method);
  const [given, update] = [linear.given(), start ? lowRankDelta(start, scaling) : linear.delta()];
  try {
    return {
      name: linear.name,
      shape: given.shape,
      ms,
      relative_error: await relativeError(given, update),
      cond: truncation?.cond ?? (choices.includes("core") ? cond(await toHost(factors.N!)) : null),
      kept: truncation?.kept ?? null,
    };
  } finally {
    tf.dispose([update, given]);
  }
}

/** The largest |a − b|; disposes b. */
async function maxDifference(a: tf.Tensor2D, b: tf.Tensor2D): Promise<number> {
  const largest = tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))));
  const [value] = await largest.data();
  tf.dispose([b, largest]);
  return value!;
}
