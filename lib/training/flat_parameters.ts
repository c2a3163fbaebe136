import * as tf from "@tensorflow/tfjs-core";
import type { Adapter, Parameter } from "../adapters/adapter.ts";
import type { FactorGradients } from "../nn/factors.ts";
import { tidy } from "../tensor/tidy.ts";

/**
 * Neighbouring factors of an adapter as one vector, so that the optimizer works on them in a few operations.
 */
export class FlatParameters {
  readonly #shapes: readonly number[][];

  private constructor(
    private readonly adapter: Adapter,
    /** The place of its first factor among the adapter's. */
    private readonly from: number,
    private readonly parameters: readonly Parameter[],
  ) {
    this.#shapes = parameters.map(({ value }) => value.shape);
  }

  /** All factors of an adapter that train, in groups of at most so many numbers; a larger factor is a group of its own. */
  static groupsOf(adapter: Adapter, groupSize: number): FlatParameters[] {
    const { parameters } = adapter;
    const begins: number[] = [];
    let size = Infinity;
    parameters.forEach(({ value }, i) => {
      size += value.size;
      if (size <= groupSize) return;
      begins.push(i);
      size = value.size;
    });
    return begins.map((begin, i) =>
      new FlatParameters(adapter, begin, parameters.slice(begin, begins[i + 1]))
    );
  }

  /** The factors that the vector is made of, in its order: their names, and how many numbers each has. */
  get parts(): readonly { readonly name: string; readonly size: number }[] {
    return this.parameters.map(({ name }, i) => ({ name, size: tf.util.sizeFromShape(this.#shapes[i]!) }));
  }

  /** Numbers in the vector. */
  get size(): number {
    return this.parts.reduce((sum, { size }) => sum + size, 0);
  }

  /** The values as one vector (size), owned by the caller. */
  read(): tf.Tensor1D {
    const { from, parameters: { length } } = this;
    return flatten(this.adapter.parameters.slice(from, from + length).map(({ value }) => value));
  }

  /** Puts a vector's parts back into the adapter. */
  write(values: tf.Tensor1D): void {
    const sizes = this.parts.map(({ size }) => size);
    this.adapter.setParameters(
      tidy(() => tf.split(values, sizes).map((part, i) => tf.reshape(part, this.#shapes[i]!))),
      this.from,
    );
  }

  /** Gradients by linear map → one vector (size) in the same order; disposes the gradients. */
  takeGradients(gradients: ReadonlyMap<string, FactorGradients>): tf.Tensor1D {
    const { from, parameters: { length } } = this;
    const parts = this.adapter.parameters.slice(from, from + length)
      .map((parameter) => this.adapter.takeGradient(parameter, gradients));
    const vector = flatten(parts);
    tf.dispose(parts);
    return vector;
  }
}

function flatten(parts: readonly tf.Tensor[]): tf.Tensor1D {
  return tidy(() => tf.concat1d(parts.map((part) => tf.reshape(part, [-1]) as tf.Tensor1D)));
}
