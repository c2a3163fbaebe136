import * as tf from "@tensorflow/tfjs-core";
import type { Adapter } from "../adapters/adapter.ts";
import type { FactorGradients } from "../nn/factors.ts";
import { UsageError } from "../usage_error.ts";
import { AdamW, type AdamWOptions, type AdamWState } from "./adamw.ts";
import { FlatParameters } from "./flat_parameters.ts";

/** The settings of AdamW, and of how it goes through the factors. */
export interface AdapterOptimizerOptions extends AdamWOptions {
  /** Numbers that are changed at once, by default 2²⁰: fewer need less memory, more need fewer operations. */
  readonly groupSize?: number;
}

/**
 * AdamW over all factors of an adapter that train, a group of them at a time, so that a step needs little memory beside
 * values, gradients and moments. It owns the moments; {@linkcode AdapterOptimizer.dispose} frees them.
 */
export class AdapterOptimizer {
  readonly #groups: readonly FlatParameters[];
  readonly #optimizers: readonly AdamW[];

  /**
   * @param from the state of an optimizer that this one goes on from, to the same bits
   * @throws UsageError where that state is one for another number of factors
   */
  constructor(
    adapter: Adapter,
    { groupSize = 2 ** 20, ...options }: AdapterOptimizerOptions = {},
    from: AdamWState | null = null,
  ) {
    this.#groups = FlatParameters.groupsOf(adapter, groupSize);
    const states = splitState(from, this.#groups.map(({ size }) => size));
    this.#optimizers = this.#groups.map(({ size }, i) => new AdamW(size, options, states[i]));
  }

  /** The factors one after the other: their names, and how many numbers each has. */
  get parts(): FlatParameters["parts"] {
    return this.#groups.flatMap(({ parts }) => parts);
  }

  /** What another optimizer can go on from; the factors are in the adapter. */
  async state(): Promise<AdamWState> {
    const states = await Promise.all(this.#optimizers.map((optimizer) => optimizer.state()));
    return {
      steps: states[0]?.steps ?? 0,
      first: joined(states.map(({ first }) => first)),
      second: joined(states.map(({ second }) => second)),
    };
  }

  /** The factors one after the other, on the host. */
  async values(): Promise<Float32Array> {
    const values = this.#groups.map((group) => group.read());
    try {
      return await onHost(values);
    } finally {
      tf.dispose(values);
    }
  }

  /** Gradients by linear map → one vector for each group, owned by the caller; disposes the gradients. */
  takeGradients(gradients: ReadonlyMap<string, FactorGradients>): tf.Tensor1D[] {
    return this.#groups.map((group) => group.takeGradients(gradients));
  }

  /**
   * One step, with the gradient of each group, which stays the caller's.
   *
   * @param change made to each gradient before it is used
   */
  step(
    gradients: readonly tf.Tensor1D[],
    learningRate: number,
    change: (gradient: tf.Tensor1D) => tf.Tensor1D = (gradient) => gradient,
  ): void {
    this.#groups.forEach((group, i) => {
      const values = group.read();
      const gradient = change(gradients[i]!);
      const next = this.#optimizers[i]!.step(values, gradient, learningRate);
      group.write(next);
      tf.dispose([values, next, ...gradient === gradients[i] ? [] : [gradient]]);
    });
  }

  dispose(): void {
    for (const optimizer of this.#optimizers) optimizer.dispose();
  }
}

/** Vectors one after the other, on the host. */
export async function onHost(vectors: readonly tf.Tensor1D[]): Promise<Float32Array> {
  return joined(await Promise.all(vectors.map((vector) => vector.data() as Promise<Float32Array>)));
}

/** The part of a state that belongs to each group. */
function splitState(state: AdamWState | null, sizes: readonly number[]): (AdamWState | null)[] {
  if (!state) return sizes.map(() => null);
  const { steps, first, second } = state;
  const size = sizes.reduce((sum, size) => sum + size, 0);
  if (first.length !== size || second.length !== size) {
    throw new UsageError(
      `the optimizer's state is one for ${first.length} numbers, and ${size} train; go on from the same adapter's`,
    );
  }
  let end = 0;
  return sizes.map((size) => {
    const begin = end;
    end += size;
    return { steps, first: first.subarray(begin, end), second: second.subarray(begin, end) };
  });
}

/** Vectors one after the other. */
function joined(vectors: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(vectors.reduce((sum, { length }) => sum + length, 0));
  let begin = 0;
  for (const vector of vectors) {
    whole.set(vector, begin);
    begin += vector.length;
  }
  return whole;
}
