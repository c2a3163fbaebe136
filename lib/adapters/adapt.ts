import * as tf from "@tensorflow/tfjs-core";
import { requireFinite } from "../linalg/require_finite.ts";
import type { Truncation } from "../linalg/truncated_pinv.ts";
import type { Linear } from "../nn/linear.ts";
import { isLowRank, type LowRankFactors } from "../nn/low_rank.ts";
import { Random } from "../tensor/random.ts";
import { dispose } from "../tensor/tidy.ts";
import type { Adaptable } from "./adaptable.ts";
import { type AdaptedLinear, Adapter } from "./adapter.ts";
import { type AdapterOptions, adapterSpec, choicesOf, rankOf, scalingOf } from "./adapter_spec.ts";
import { attachCores } from "./attach_cores.ts";
import { checkFree } from "./check_free.ts";
import type { Method, Start, StartOptions } from "./method.ts";
import { findMethod } from "./methods.ts";
import { otherLinears, savedModules, wholeUpdate } from "./saved_modules.ts";
import { targetedLinears } from "./target_linears.ts";

/**
 * Makes a new adapter and puts it on a model; the maps of its head, or those named in `modules_to_save`, train whole. Where the method's start is not zero it is taken off the weights, so that
 * the model gives the same logits as before (to float32 rounding), unless `residual: false` asks for the released
 * behaviour.
 *
 * @param onLayer told after each linear map, with the milliseconds that its start took and how far a pseudo-inverse in it
 *   had to leave singular values out
 * @throws UsageError for an unknown method, target or choice, a rank out of range, a weight that is not finite, or a model
 *   with another adapter on it; the model is then as it was
 *
 * @example
 * ```ts
 * import { adapt, Random, randomLlama, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const config = {
 *   vocab_size: 16, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 1, num_attention_heads: 2,
 *   num_key_value_heads: 1, head_dim: 4, max_position_embeddings: 32, rope_theta: 100, rms_norm_eps: 1e-5,
 * };
 * const model = randomLlama(config, new Random(0));
 * const adapter = await adapt(model, { method: "inttune", rank: 2, targets: ["q_proj", "v_proj"] });
 * assert.equal(adapter.trainableParameters, 2 * 2 * 2); // N alone, r × r in each
 * adapter.remove();
 * ```
 */
export async function adapt(
  model: Adaptable,
  options: AdapterOptions,
  onLayer?: (linear: Linear, milliseconds: number, truncation: Truncation | null) => void,
): Promise<Adapter> {
  const saved = savedModules(model, options.modules_to_save ?? null);
  const whole = saved.map(({ linear }) => linear);
  const others = otherLinears(model, whole);
  const spec = adapterSpec(options, others, whole.map(({ name }) => name));
  const method = findMethod(spec.method);
  const linears = targetedLinears(spec, others);
  checkFree([...linears, ...whole]);
  const shapes = linears.map(({ outputs, inputs }) => [outputs, inputs] as const);
  const shared = method.shared?.(shapes, spec.rank, new Random(spec.seed).fork(method.name)) ?? new Map();
  const choices = choicesOf(spec, method);
  const modules: AdaptedLinear[] = [];
  const adapter = new Adapter(spec, modules);
  try {
    for (const linear of linears) {
      const begun = performance.now();
      const random = new Random(spec.seed).fork(linear.name);
      const scaling = scalingOf(spec, linear);
      const startOptions = { ...choices, rank: rankOf(spec, linear), scaling, shared };
      const { factors, residual, leading, truncation = null } = await begin(
        method,
        linear,
        startOptions,
        random,
      );
      const start = residual && isLowRank(factors) ? copy(factors) : null;
      const update = { factors, scaling, trains: new Set(method.trains), start, leading, rowNorms: null };
      modules.push({ linear, update });
      linear.attach(update);
      onLayer?.(linear, performance.now() - begun, truncation);
    }
    attachCores(modules, spec, {
      start: ({ update }) => tf.clone(update.factors.N!),
      theta: (name, form, shape) => form.begin(shape, new Random(spec.seed).fork(`${name}.core`)),
    });
    for (const map of saved) {
      const update = wholeUpdate(map, new Random(spec.seed).fork(map.linear.name));
      modules.push({ linear: map.linear, update });
      map.linear.attach(update);
    }
  } catch (error) {
    adapter.remove();
    throw error;
  } finally {
    dispose([...shared.values()]);
  }
  return adapter;
}

async function begin(method: Method, linear: Linear, options: StartOptions, random: Random): Promise<Start> {
  const weight = linear.given();
  try {
    if (method.fromWeight) await requireFinite({ [linear.name]: weight });
    return await method.init(weight, options, random);
  } finally {
    weight.dispose();
  }
}

function copy(factors: LowRankFactors): LowRankFactors {
  const copies = Object.entries(factors).map(([name, value]) => [name, tf.clone(value)]);
  return Object.fromEntries(copies);
}
