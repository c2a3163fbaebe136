import * as tf from "@tensorflow/tfjs-core";
import type { Factors } from "../nn/factors.ts";
import type { Linear } from "../nn/linear.ts";
import { additiveDelta, type Update, updatedWeight } from "../nn/update.ts";
import { dispose, tidy } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import { type AdaptedLinear, Adapter } from "./adapter.ts";
import type { AdapterSpec } from "./adapter_spec.ts";
import { hasLoraForm, type LoraFactors, loraForm } from "./lora_form.ts";
import { findMethod } from "./methods.ts";
import { trainedWhole } from "./saved_modules.ts";

/** An adapter and the weight of its update in a sum. */
export interface WeightedAdapter {
  readonly adapter: Adapter;
  readonly weight: number;
}

/**
 * The weighted sum of the updates of several adapters of one model, each against the weights as they were loaded, as a new
 * adapter that is not attached yet. The sum is exact: plain LoRA whose rank is the sum of theirs (what PEFT calls `cat`),
 * or, where one of them is DoRA or full fine-tuning, a dense update.
 *
 * @throws UsageError where none is given, a weight is not finite, or DoRA's base is not there to be read because another
 *   adapter is attached
 *
 * @example
 * ```ts
 * import { adapt, combineAdapters, Random, randomLlama, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const config = {
 *   vocab_size: 16, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 1, num_attention_heads: 2,
 *   num_key_value_heads: 1, head_dim: 4, max_position_embeddings: 32, rope_theta: 100, rms_norm_eps: 1e-5,
 * };
 * const model = randomLlama(config, new Random(0));
 * const first = await adapt(model, { method: "lora", rank: 2 });
 * first.detach();
 * const second = await adapt(model, { method: "inttune", rank: 3 });
 * second.detach();
 * const sum = combineAdapters([{ adapter: first, weight: 0.7 }, { adapter: second, weight: 0.3 }]);
 * sum.attach();
 * assert.equal(sum.modules[0]!.update.factors.A!.shape[0], 5); // 2 + 3
 * ```
 */
export function combineAdapters(parts: readonly WeightedAdapter[]): Adapter {
  const wrong = parts.find(({ weight }) => !Number.isFinite(weight));
  if (wrong) {
    throw new UsageError(`the weight ${wrong.weight} of ${wrong.adapter.spec.method} is not a finite number`);
  }
  if (parts.length === 0) throw new UsageError("no adapters are given; give one or more with their weights");
  const low = parts.every(({ adapter }) => adapter.adapted.every(({ update }) => hasLoraForm(update)));
  const factors = low ? lowRankSum(parts) : denseSum(parts);
  const saved = savedSum(parts);
  const spec = sumSpec(low ? "lora" : "full", factors, saved);
  const trains = new Set(findMethod(spec.method).trains);
  const modules = [...factors].map(([linear, factors]) => ({
    linear,
    update: { factors, scaling: 1, trains, start: null, rowNorms: null },
  }));
  return new Adapter(spec, [...modules, ...saved]);
}

/** The weighted sums of the changes of the maps that train whole. */
function savedSum(parts: readonly WeightedAdapter[]): AdaptedLinear[] {
  const terms = parts.flatMap(({ adapter, weight }) =>
    adapter.saved.map(({ linear, update: { factors } }) => ({ linear, factors, weight }))
  );
  return [...new Set(terms.map(({ linear }) => linear))].map((linear) => {
    const own = terms.filter((term) => term.linear === linear);
    const sum = <T extends tf.Tensor>(name: "delta" | "bias"): T =>
      tf.addN(own.map(({ factors, weight }) => tf.mul<T>(factors[name] as T, weight)));
    return { linear, update: tidy(() => trainedWhole(sum("delta"), linear.bias && sum("bias"))) };
  });
}

function lowRankSum(parts: readonly WeightedAdapter[]): Map<Linear, Factors> {
  const byLinear = new Map<Linear, LoraFactors[]>();
  for (const { adapter, weight } of parts) {
    for (const [linear, { A, B }] of loraForm(adapter)) {
      const scaled = { A, B: tf.mul<tf.Tensor2D>(B, weight) };
      B.dispose();
      byLinear.set(linear, [...byLinear.get(linear) ?? [], scaled]);
    }
  }
  const sums = [...byLinear].map(([linear, terms]): [Linear, Factors] => {
    const sum = tidy(() => ({
      A: tf.concat(terms.map(({ A }) => A), 0),
      B: tf.concat(terms.map(({ B }) => B), 1),
    }));
    dispose(terms);
    return [linear, sum];
  });
  return new Map(sums);
}

function denseSum(parts: readonly WeightedAdapter[]): Map<Linear, Factors> {
  const byLinear = new Map<Linear, tf.Tensor2D>();
  for (const { adapter, weight } of parts) {
    for (const { linear, update } of adapter.adapted) {
      const before = byLinear.get(linear);
      const term = tidy(() => tf.mul<tf.Tensor2D>(change(linear, update), weight));
      byLinear.set(linear, before ? tf.add(before, term) : term);
      if (before) dispose([before, term]);
    }
  }
  return new Map([...byLinear].map(([linear, delta]) => [linear, { delta }]));
}

/** What an update makes of a weight as it was loaded: W' − W (m, n). */
function change(linear: Linear, update: Update): tf.Tensor2D {
  const { factors, start, scaling } = update;
  if (!factors.magnitude) {
    const delta = additiveDelta(factors, scaling);
    return start ? tf.sub(delta, additiveDelta(start, scaling)) : delta;
  }
  if (linear.update === update) return linear.delta();
  if (linear.update) {
    throw new UsageError(`${linear.name} has another adapter on it; call detach() on that one first`);
  }
  return tidy(() => {
    const weight = linear.given();
    return tf.sub(updatedWeight(weight, update), weight);
  });
}

function sumSpec(
  method: string,
  factors: ReadonlyMap<Linear, Factors>,
  saved: readonly AdaptedLinear[],
): AdapterSpec {
  const ranks = [...factors].map(([{ name }, { A }]) =>
    [name.replaceAll(".", "\\."), A?.shape[0] ?? 1] as const
  );
  const rank = ranks[0]![1];
  const others = Object.fromEntries(ranks.filter(([, r]) => r !== rank));
  return {
    ...{
      method,
      rank,
      alpha: rank,
      rslora: false,
      seed: 0,
      layers: null,
      rank_pattern: others,
      alpha_pattern: others,
    },
    targets: [...factors.keys()].map(({ name }) => name),
    modules_to_save: saved.map(({ linear }) => linear.name),
  };
}
