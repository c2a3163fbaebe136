import * as tf from "@tensorflow/tfjs-core";
import { compile } from "../tensor/compile.ts";
import { tidy } from "../tensor/tidy.ts";
import { zeros } from "../tensor/zeros.ts";
import { UsageError } from "../usage_error.ts";

/** The settings of AdamW, with PyTorch's defaults. */
export interface AdamWOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
}

/** All that the next step of an optimizer depends on, on the host. */
export interface AdamWState {
  /** Steps taken. */
  readonly steps: number;
  /** The means of the gradients (size), and of their squares. */
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** From so many numbers the update is compiled, which takes some tenths of a second for each size. */
const worthCompiling = 2 ** 16;

/** The moments, and the values after the step. */
function update(
  { beta1, beta2, epsilon }: Required<AdamWOptions>,
  { first, second, values, gradient }: { [name in "first" | "second" | "values" | "gradient"]: tf.Tensor1D },
  { rate, spread, kept }: { [name in "rate" | "spread" | "kept"]: tf.Scalar },
) {
  const mean = tf.add<tf.Tensor1D>(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1));
  const square = tf.add<tf.Tensor1D>(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const change = tf.div(tf.mul(mean, rate), tf.add(tf.mul(tf.sqrt(square), spread), epsilon));
  return { first: mean, second: square, next: tf.sub<tf.Tensor1D>(tf.mul(values, kept), change) };
}

const compiledUpdate = compile(update, { name: "AdamW" });

/**
 * AdamW (Loshchilov & Hutter 2019) over one flat vector: a handful of operations a step, however many factors train.
 * It owns its two moments; {@linkcode AdamW.dispose} frees them.
 */
export class AdamW {
  readonly #options: Required<AdamWOptions>;
  #first: tf.Tensor1D;
  #second: tf.Tensor1D;
  #steps: number;

  /**
   * @param size numbers in the vector
   * @param from the state of an optimizer that this one goes on from, to the same bits
   * @throws UsageError where that state is one for another size
   */
  constructor(size: number, options: AdamWOptions = {}, from: AdamWState | null = null) {
    if (from && (from.first.length !== size || from.second.length !== size)) {
      throw new UsageError(
        `the optimizer's state is one for ${from.first.length} numbers, and ${size} train; go on from the same adapter's`,
      );
    }
    this.#options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, ...options };
    this.#first = from ? tf.tensor1d(from.first) : zeros<tf.Rank.R1>([size]);
    this.#second = from ? tf.tensor1d(from.second) : zeros<tf.Rank.R1>([size]);
    this.#steps = from?.steps ?? 0;
  }

  /** What another optimizer can go on from. */
  async state(): Promise<AdamWState> {
    const [first, second] = await Promise.all([this.#first.data(), this.#second.data()]);
    return { steps: this.#steps, first: first as Float32Array, second: second as Float32Array };
  }

  /** values (size), gradient (size) → the values after one step; the caller owns all three. */
  step(values: tf.Tensor1D, gradient: tf.Tensor1D, learningRate: number): tf.Tensor1D {
    const { beta1, beta2 } = this.#options;
    this.#steps++;
    const numbers = {
      rate: tf.scalar(learningRate / (1 - beta1 ** this.#steps)),
      spread: tf.scalar(1 / Math.sqrt(1 - beta2 ** this.#steps)),
      kept: tf.scalar(1 - learningRate * this.#options.weightDecay),
    };
    const program = values.size >= worthCompiling ? compiledUpdate : update;
    const { first, second, next } = tidy(() =>
      program(this.#options, { first: this.#first, second: this.#second, values, gradient }, numbers)
    );
    tf.dispose([this.#first, this.#second, numbers]);
    this.#first = first;
    this.#second = second;
    return next;
  }

  dispose(): void {
    tf.dispose([this.#first, this.#second]);
  }
}
