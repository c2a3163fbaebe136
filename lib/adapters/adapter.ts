import type * as tf from "@tensorflow/tfjs-core";
import { type FactorName, factorNames } from "../nn/factors.ts";
import type { Linear } from "../nn/linear.ts";
import type { Update } from "../nn/update.ts";
import { dispose } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import type { AdapterSpec } from "./adapter_spec.ts";
import { checkFree } from "./check_free.ts";

/** One adapted linear map. */
export interface AdaptedLinear {
  readonly linear: Linear;
  readonly update: Update;
}

/** A factor that trains. */
export interface Parameter {
  /** The linear map's name and the factor's, such as `model.layers.0.self_attn.q_proj.A`. */
  readonly name: string;
  readonly linear: Linear;
  readonly factor: FactorName;
  readonly value: tf.Tensor;
}

/**
 * Updates on the linear maps of one model. It owns its factors. While it is attached, the model runs with them; detached,
 * the model is as it was before, and another adapter can take its place.
 */
export class Adapter {
  constructor(readonly spec: AdapterSpec, readonly modules: readonly AdaptedLinear[]) {}

  /** The maps that the method adapts. */
  get adapted(): AdaptedLinear[] {
    return this.modules.filter(({ linear }) => !this.spec.modules_to_save.includes(linear.name));
  }

  /** The maps that train whole. */
  get saved(): AdaptedLinear[] {
    return this.modules.filter(({ linear }) => this.spec.modules_to_save.includes(linear.name));
  }

  /** Whether the model runs with this adapter at the moment. */
  get attached(): boolean {
    return this.modules.length > 0 && this.modules.every(({ linear, update }) => linear.update === update);
  }

  /** Whether the updates are folded into the weights at the moment. */
  get merged(): boolean {
    return this.attached && this.modules.every(({ linear }) => linear.merged);
  }

  /** The factors that train, in the model's order; the tensors stay the adapter's own. */
  get parameters(): Parameter[] {
    return this.modules.flatMap(({ linear, update: { factors, trains } }) =>
      factorNames.filter((factor) => trains.has(factor)).map((factor) => ({
        name: `${linear.name}.${factor}`,
        linear,
        factor,
        value: factors[factor]!,
      }))
    );
  }

  /** How many numbers train. */
  get trainableParameters(): number {
    return this.parameters.reduce((sum, { value }) => sum + value.size, 0);
  }

  /**
   * Takes new values for {@linkcode parameters} from a place on, in the same order and shapes; they become the adapter's own.
   *
   * @throws UsageError where the adapter is not attached, or merged
   */
  setParameters(values: readonly tf.Tensor[], from = 0): void {
    this.#mustBeBeside("new parameters");
    let place = 0;
    for (const { linear, update } of this.modules) {
      const names = factorNames.filter((factor) => update.trains.has(factor));
      const given = names.map((factor) => [factor, values[place++ - from]] as const).filter(([, value]) =>
        value
      );
      if (given.length === 0) continue;
      const old = given.map(([factor]) => update.factors[factor]);
      linear.setFactors({ ...update.factors, ...Object.fromEntries(given) });
      dispose(old);
    }
  }

  /** What the adapter adds to the weight of one linear map, W' − W (m, n), while it is attached; the caller owns it. */
  delta(linear: Linear): tf.Tensor2D {
    return linear.delta();
  }

  /**
   * Puts the adapter on its model.
   *
   * @throws UsageError where another one is there; the model is then as it was
   */
  attach(): void {
    const absent = this.modules.filter(({ linear, update }) => linear.update !== update);
    checkFree(absent.map(({ linear }) => linear));
    for (const { linear, update } of absent) linear.attach(update);
  }

  /** Takes the adapter off its model, which is then as it was before; the factors are kept. */
  detach(): void {
    for (const { linear, update } of this.modules) if (linear.update === update) linear.detach();
  }

  /** Folds the updates into the weights, so that the model runs as fast as without an adapter. */
  merge(): void {
    this.#mustBeAttached("merge()");
    for (const { linear } of this.modules) linear.merge();
  }

  /** Takes the updates out of the weights again. */
  unmerge(): void {
    for (const { linear, update } of this.modules) if (linear.update === update) linear.unmerge();
  }

  /** Gives the model back as it was before and disposes the factors. */
  remove(): void {
    this.detach();
    for (const { update: { factors, start, rowNorms } } of this.modules) dispose([factors, start, rowNorms]);
  }

  #mustBeAttached(what: string): void {
    if (!this.attached) throw new UsageError(`the adapter is not on its model; call attach() before ${what}`);
  }

  #mustBeBeside(what: string): void {
    this.#mustBeAttached(what);
    if (this.merged) {
      throw new UsageError(`the adapter is merged into the weights; call unmerge() before ${what}`);
    }
  }
}
