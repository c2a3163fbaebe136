import * as tf from "@tensorflow/tfjs-core";
import type { Factors, Linear } from "../nn/linear.ts";
import { Random } from "../tensor/random.ts";
import { type AdaptedLinear, Adapter } from "./adapter.ts";
import { type AdapterOptions, adapterSpec, targetedLinears } from "./adapter_spec.ts";
import { attach, checkFree } from "./attach.ts";
import { findMethod } from "./methods.ts";

/** A model whose linear maps can be adapted. */
export interface Adaptable {
  readonly linears: ReadonlyMap<string, Linear>;
}

/**
 * Puts a new adapter on a model. Where the method's start is not zero it is taken off the weights, so that the model
 * gives the same logits as before (to float32 rounding), unless `residual: false` asks for the released behaviour.
 *
 * @param onLayer told after each linear map, with the milliseconds that its start took
 * @throws UsageError for an unknown method, target or core, a rank out of range, or a model that is adapted already;
 *   the model is then as it was
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
  onLayer?: (linear: Linear, milliseconds: number) => void,
): Promise<Adapter> {
  const spec = adapterSpec(options, model.linears);
  const method = findMethod(spec.method);
  const linears = targetedLinears(spec, model.linears);
  checkFree(linears);
  const scaling = spec.alpha / spec.rank;
  const modules: AdaptedLinear[] = [];
  const adapter = new Adapter(spec, modules);
  try {
    for (const linear of linears) {
      const begun = performance.now();
      const random = new Random(spec.seed).fork(linear.name);
      const { A, N, B, residual } = await method.init(linear.weight, { ...spec, scaling }, random);
      const factors: Factors = { A, N, B, scaling };
      modules.push(attach(linear, factors, residual ? copy(factors) : null, method.trains));
      onLayer?.(linear, performance.now() - begun);
    }
  } catch (error) {
    adapter.remove();
    throw error;
  }
  return adapter;
}

function copy({ A, N, B, scaling }: Factors): Factors {
  return { A: tf.clone(A), N: N && tf.clone(N), B: tf.clone(B), scaling };
}
