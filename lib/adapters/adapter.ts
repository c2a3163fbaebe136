import * as tf from "@tensorflow/tfjs-core";
import { coreForms, type TrainedCore } from "../nn/core_form.ts";
import { type FactorGradients, type FactorName, factorNames } from "../nn/factors.ts";
import type { Linear } from "../nn/linear.ts";
import type { Update } from "../nn/update.ts";
import { dispose, tidy } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import type { AdapterSpec } from "./adapter_spec.ts";
import { checkFree } from "./check_free.ts";

/** One adapted linear map. */
export interface AdaptedLinear {
  readonly linear: Linear;
  readonly update: Update;
}

/** A factor that trains, or what the factor N of one or several maps follows from. */
export interface Parameter {
  /** The linear map's name and the factor's, such as `model.layers.0.self_attn.q_proj.A`; tied maps have a name together. */
  readonly name: string;
  /** The map, the first of those that are tied. */
  readonly linear: Linear;
  readonly factor: FactorName;
  readonly value: tf.Tensor;
  /** Of which `value` is θ; null where `value` is the factor itself. */
  readonly core: TrainedCore | null;
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
    const cores = new Set<TrainedCore>();
    return this.modules.flatMap(({ linear, update: { factors, trains, core } }) =>
      factorNames.filter((factor) => trains.has(factor)).flatMap((factor): Parameter[] => {
        if (factor !== "N" || !core) {
          return [{ name: `${linear.name}.${factor}`, linear, factor, value: factors[factor]!, core: null }];
        }
        const { trained } = core;
        if (cores.has(trained)) return [];
        cores.add(trained);
        return [{ name: `${trained.name}.N`, linear, factor, value: trained.theta, core: trained }];
      })
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
    const parameters = this.parameters.slice(from, from + values.length);
    const given = parameters.map((parameter, i) => ({ ...parameter, next: values[i]! }));
    for (const { core, value, next } of given) {
      if (!core) continue;
      core.theta = next;
      value.dispose();
      this.#follow(core);
    }
    const factors = given.filter(({ core }) => !core);
    for (const linear of new Set(factors.map(({ linear }) => linear))) {
      const own = factors.filter((one) => one.linear === linear);
      const next = Object.fromEntries(own.map(({ factor, next }) => [factor, next]));
      linear.setFactors({ ...linear.update!.factors, ...next });
      dispose(own.map(({ value }) => value));
    }
  }

  /**
   * The gradient of one of the {@linkcode parameters}, from those of the factors by linear map, which it disposes; owned by
   * the caller.
   */
  takeGradient(
    { linear, factor, core }: Parameter,
    gradients: ReadonlyMap<string, FactorGradients>,
  ): tf.Tensor {
    if (!core) return gradients.get(linear.name)![factor]!;
    const { form, theta } = core;
    const own = this.#following(core).map(({ linear, update }) => ({
      start: update.core!.start,
      dN: gradients.get(linear.name)!.N as tf.Tensor2D,
    }));
    const sum = tidy(() => tf.addN(own.map(({ dN, start }) => coreForms[form].gradient(dN, theta, start))));
    dispose(own.map(({ dN }) => dN));
    return sum;
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
    for (const { update: { factors, start, rowNorms, core } } of this.modules) {
      dispose([factors, start, rowNorms, core?.start, core?.trained.theta]);
    }
  }

  /** The maps whose N follows from a core. */
  #following(core: TrainedCore): AdaptedLinear[] {
    return this.modules.filter(({ update }) => update.core?.trained === core);
  }

  /** Sets N = N₀ + f(θ) in the maps of a core. */
  #follow(core: TrainedCore): void {
    for (const { linear, update } of this.#following(core)) {
      const { start } = update.core!;
      const N = tidy(() => tf.add<tf.Tensor2D>(start, coreForms[core.form].change(core.theta, start)));
      const before = update.factors.N;
      linear.setFactors({ ...update.factors, N });
      dispose(before);
    }
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
