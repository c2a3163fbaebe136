import * as tf from "@tensorflow/tfjs-core";
import { type FactorName, factorNames, type Factors, type Linear } from "../nn/linear.ts";
import { dispose, tidy } from "../tensor/tidy.ts";
import type { AdapterSpec } from "./adapter_spec.ts";
import { findMethod } from "./methods.ts";

/** One adapted linear map. */
export interface AdaptedLinear {
  readonly linear: Linear;
  /** The factors that were taken off the weight, or null where the weight is as given. */
  readonly start: Factors | null;
}

/** A factor that trains. */
export interface Parameter {
  /** The linear map's name and the factor's, such as `layers.0.self_attn.q_proj.A`. */
  readonly name: string;
  readonly linear: Linear;
  readonly factor: FactorName;
  readonly value: tf.Tensor2D;
}

/**
 * Low-rank updates on the linear maps of one model. It owns its factors; while it is attached, the model runs with
 * them, and where its start was taken off the weights it gives them back when it leaves.
 */
export class Adapter {
  #merged = false;

  constructor(readonly spec: AdapterSpec, readonly modules: readonly AdaptedLinear[]) {}

  /** Whether the update is folded into the weights at the moment. */
  get merged(): boolean {
    return this.#merged;
  }

  /** The factors that train, in the model's order and A, N, B within a map; the tensors stay the adapter's own. */
  get parameters(): Parameter[] {
    const { trains } = findMethod(this.spec.method);
    return this.modules.flatMap(({ linear }) =>
      factorNames.filter((factor) => trains.includes(factor)).map((factor) => ({
        name: `${linear.name}.${factor}`,
        linear,
        factor,
        value: this.#factors(linear)[factor]!,
      }))
    );
  }

  /** How many numbers train. */
  get trainableParameters(): number {
    return this.parameters.reduce((sum, { value }) => sum + value.size, 0);
  }

  /** Takes new values for {@linkcode parameters}, in the same order and shapes; they become the adapter's own. */
  setParameters(values: readonly tf.Tensor2D[]): void {
    this.parameters.forEach(({ linear, factor, value }, i) => {
      linear.update!.factors = { ...this.#factors(linear), [factor]: values[i]! };
      value.dispose();
    });
  }

  /** The update s·B·N·A (m, n) of one linear map; the caller owns it. */
  delta(linear: Linear): tf.Tensor2D {
    return delta(this.#factors(linear));
  }

  /** Folds the update into the weights, so that the model runs as fast as without an adapter. */
  merge(): void {
    if (this.#merged) return;
    for (const { linear } of this.modules) {
      linear.replaceWeight(tidy(() => tf.add(linear.weight, this.delta(linear))));
    }
    this.#setActive(false);
  }

  /** Takes the update out of the weights again. */
  unmerge(): void {
    if (!this.#merged) return;
    for (const { linear } of this.modules) {
      linear.replaceWeight(tidy(() => tf.sub(linear.weight, this.delta(linear))));
    }
    this.#setActive(true);
  }

  /** Gives the model back as it was before and disposes the factors. */
  remove(): void {
    this.unmerge();
    for (const { linear, start } of this.modules) {
      if (start) {
        linear.replaceWeight(tidy(() => tf.add(linear.weight, delta(start))));
        dispose(start);
      }
      dispose(linear.update!.factors);
      linear.update = null;
    }
  }

  #setActive(active: boolean): void {
    this.#merged = !active;
    for (const { linear } of this.modules) linear.update!.active = active;
  }

  #factors(linear: Linear): Factors {
    return linear.update!.factors;
  }
}

/** s·B·N·A (m, n), owned by the caller. */
export function delta({ A, N, B, scaling }: Factors): tf.Tensor2D {
  return tidy(() => tf.mul(tf.matMul(N ? tf.matMul<tf.Tensor2D>(B, N) : B, A), scaling));
}
