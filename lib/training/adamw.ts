import * as tf from "@tensorflow/tfjs-core";
import { tidy } from "../tensor/tidy.ts";

/** The settings of AdamW, with PyTorch's defaults. */
export interface AdamWOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
}

/**
 * AdamW (Loshchilov & Hutter 2019) over one flat vector: a handful of operations a step, however many factors train.
 * It owns its two moments; {@linkcode AdamW.dispose} frees them.
 */
export class AdamW {
  readonly #options: Required<AdamWOptions>;
  #first: tf.Tensor1D;
  #second: tf.Tensor1D;
  #steps = 0;

  /** @param size numbers in the vector */
  constructor(size: number, options: AdamWOptions = {}) {
    this.#options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, ...options };
    this.#first = tf.zeros([size]);
    this.#second = tf.zeros([size]);
  }

  /** values (size), gradient (size) → the values after one step; the caller owns all three. */
  step(values: tf.Tensor1D, gradient: tf.Tensor1D, learningRate: number): tf.Tensor1D {
    const { beta1, beta2, epsilon, weightDecay } = this.#options;
    this.#steps++;
    const { first, second, next } = tidy(() => {
      const first = tf.add(tf.mul(this.#first, beta1), tf.mul(gradient, 1 - beta1)) as tf.Tensor1D;
      const second = tf.add(
        tf.mul(this.#second, beta2),
        tf.mul(tf.square(gradient), 1 - beta2),
      ) as tf.Tensor1D;
      const deviation = tf.add(tf.div(tf.sqrt(second), Math.sqrt(1 - beta2 ** this.#steps)), epsilon);
      const change = tf.mul(tf.div(first, deviation), learningRate / (1 - beta1 ** this.#steps));
      const kept = weightDecay === 0 ? values : tf.mul(values, 1 - learningRate * weightDecay);
      return { first, second, next: tf.sub(kept, change) as tf.Tensor1D };
    });
    tf.dispose([this.#first, this.#second]);
    this.#first = first;
    this.#second = second;
    return next;
  }

  dispose(): void {
    tf.dispose([this.#first, this.#second]);
  }
}
