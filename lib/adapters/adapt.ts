import * as tf from "@tensorflow/tfjs-core";
import type { FactorName, Factors, Linear } from "../nn/linear.ts";
import { Random } from "../tensor/random.ts";
import { tidy } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import { type AdaptedLinear, Adapter, delta } from "./adapter.ts";
import { type AdapterOptions, adapterSpec, targetedLinears } from "./adapter_spec.ts";
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
      modules.push(attach(linear, { A, N, B, scaling }, residual, method.trains));
      onLayer?.(linear, performance.now() - begun);
    }
  } catch (error) {
    adapter.remove();
    throw error;
  }
  return adapter;
}

/**
 * Puts given factors, now owned by the model's update, beside a weight; with `residual` they are first taken off it.
 */
function attach(
  linear: Linear,
  factors: Factors,
  residual: boolean,
  trains: readonly FactorName[],
): AdaptedLinear {
  linear.update = { factors, trains: new Set(trains), active: true };
  if (!residual) return { linear, start: null };
  const start: Factors = {
    A: tf.clone(factors.A),
    N: factors.N && tf.clone(factors.N),
    B: tf.clone(factors.B),
    scaling: factors.scaling,
  };
  linear.replaceWeight(tidy(() => tf.sub(linear.weight, delta(start))));
  return { linear, start };
}

function checkFree(linears: readonly Linear[]): void {
  const taken = linears.find((linear) => linear.update !== null);
  if (taken) {
    throw new UsageError(`${taken.name} has an adapter already; call remove() on that adapter first`);
  }
}
