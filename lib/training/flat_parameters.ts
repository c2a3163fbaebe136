import * as tf from "@tensorflow/tfjs-core";
import type { Adapter } from "../adapters/adapter.ts";
import type { FactorGradients } from "../nn/linear.ts";
import { tidy } from "../tensor/tidy.ts";

/** The trained factors of an adapter as one vector, so that the optimizer works in a few operations. */
export class FlatParameters {
  readonly #shapes: readonly [number, number][];

  constructor(private readonly adapter: Adapter) {
    this.#shapes = adapter.parameters.map(({ value }) => value.shape);
  }

  /** Numbers in the vector. */
  get size(): number {
    return this.#sizes.reduce((sum, size) => sum + size, 0);
  }

  /** The values as one vector (size), owned by the caller. */
  read(): tf.Tensor1D {
    return flatten(this.adapter.parameters.map(({ value }) => value));
  }

  /** Puts a vector's parts back into the adapter. */
  write(values: tf.Tensor1D): void {
    this.adapter.setParameters(
      tidy(() =>
        tf.split(values, this.#sizes as number[]).map((part, i) =>
          tf.reshape(part, this.#shapes[i]!) as tf.Tensor2D
        )
      ),
    );
  }

  /** Gradients by linear map → one vector (size) in the same order; disposes the gradients. */
  takeGradients(gradients: ReadonlyMap<string, FactorGradients>): tf.Tensor1D {
    const parts = this.adapter.parameters.map(({ linear, factor }) => gradients.get(linear.name)![factor]!);
    const vector = flatten(parts);
    tf.dispose(parts);
    return vector;
  }

  get #sizes(): readonly number[] {
    return this.#shapes.map(([rows, columns]) => rows * columns);
  }
}

function flatten(parts: readonly tf.Tensor2D[]): tf.Tensor1D {
  return tidy(() => tf.concat1d(parts.map((part) => tf.reshape(part, [-1]) as tf.Tensor1D)));
}
