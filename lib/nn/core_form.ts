import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../tensor/random.ts";
import { tidy } from "../tensor/tidy.ts";

/**
 * A form of the change of an intermediate matrix N (r, r): N = N₀ + f(θ), of which θ trains, with f(θ) = 0 at the start.
 */
export interface CoreForm {
  /** The shape of θ. */
  shape(r: number, k: number): number[];
  /** θ of a shape at the start; the caller owns it. */
  begin(shape: number[], random: Random): tf.Tensor;
  /** f(θ) (r, r), owned by the caller. */
  change(theta: tf.Tensor, start: tf.Tensor2D): tf.Tensor2D;
  /** The gradient of θ, from that of N (r, r); owned by the caller. */
  gradient(dN: tf.Tensor2D, theta: tf.Tensor, start: tf.Tensor2D): tf.Tensor;
}

/** All r² numbers: f(θ) = θ. */
const full: CoreForm = {
  shape: (r) => [r, r],
  begin: (shape) => tf.zeros(shape),
  change: (theta) => tf.clone(theta as tf.Tensor2D),
  gradient: (dN) => tf.clone(dN),
};

/** The r numbers of the diagonal: f(θ) = diag(θ). */
const diagonal: CoreForm = {
  shape: (r) => [r],
  begin: (shape) => tf.zeros(shape),
  change: (theta) => tidy(() => tf.mul<tf.Tensor2D>(tf.eye(theta.size), tf.expandDims(theta, 1))),
  gradient: (dN) => tidy(() => tf.sum(tf.mul(dN, tf.eye(dN.shape[0])), 1)),
};

/** 2·k·r numbers, LoRA within N: f(θ) = Pᵀ·Q with θ = [P, Q], each (k, r), P from 0 and Q Kaiming-uniform. */
const lowRank: CoreForm = {
  shape: (r, k) => [2, k, r],
  begin: ([, k, r], random) => {
    const bound = 1 / Math.sqrt(r!);
    return tidy(() =>
      tf.stack([tf.zeros([k!, r!]), tf.tensor2d(random.uniform(k! * r!, -bound, bound), [k!, r!])])
    );
  },
  change: (theta) =>
    tidy(() => {
      const [P, Q] = tf.unstack(theta) as [tf.Tensor2D, tf.Tensor2D]; // (k, r)
      return tf.matMul<tf.Tensor2D>(P, Q, true, false);
    }),
  gradient: (dN, theta) =>
    tidy(() => {
      const [P, Q] = tf.unstack(theta) as [tf.Tensor2D, tf.Tensor2D]; // (k, r)
      return tf.stack([tf.matMul(Q, dN, false, true), tf.matMul(P, dN)]); // (2, k, r)
    }),
};

/** One number, a scale of the start: f(θ) = θ·N₀. */
const scalar: CoreForm = {
  shape: () => [1],
  begin: (shape) => tf.zeros(shape),
  change: (theta, start) => tf.mul(start, theta),
  gradient: (dN, _, start) => tidy(() => tf.reshape(tf.sum(tf.mul(dN, start)), [1])),
};

/**
 * The forms of the trained change of N by their names: `full`, all r² numbers; `low-rank`, Pᵀ·Q of rank k; `diagonal`; and
 * `scalar`, a multiple of the start. The changes of IntTune (arXiv 2502.14482) are full.
 *
 * @example
 * ```ts
 * import { coreForms } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const numbers = Object.values(coreForms).map(({ shape }) => shape(16, 1).reduce((a, b) => a * b));
 * assert.deepEqual(numbers, [256, 32, 16, 1]); // in the order of the table, at rank 16
 * ```
 */
export const coreForms = { full, "low-rank": lowRank, diagonal, scalar } as const;

/** The name of a form. */
export type CoreFormName = keyof typeof coreForms;

/** What the N of one linear map, or of several that are tied, follows from. */
export interface TrainedCore {
  readonly name: string;
  readonly form: CoreFormName;
  /** θ; owned by the adapter. */
  theta: tf.Tensor;
}
