import * as tf from "@tensorflow/tfjs-core";
import type { Adapter } from "../adapters/adapter.ts";
import { UsageError } from "../usage_error.ts";
import { AdapterOptimizer } from "./adapter_optimizer.ts";

/** How {@linkcode fitLinear} trains. */
export interface FitOptions {
  readonly steps: number;
  /** The same in every step. */
  readonly learningRate: number;
}

/**
 * Trains the adapter of a single linear map towards a target weight T (m, n), by AdamW on the inputs x (tokens, n): a toy on
 * which methods can be compared in seconds. The loss is ‖x·(W' − T)ᵀ‖²/(2·tokens) in the Frobenius norm; for inputs from
 * N(0, 1) that is ½·‖W' − T‖² in expectation.
 *
 * @returns the loss before each step and after the last one, steps + 1 in all
 * @throws UsageError where the adapter has more than one linear map, or the shapes do not fit
 *
 * @example
 * ```ts
 * import { adapt, fitLinear, Linear, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const linear = new Linear("w", tf.zeros([2, 2]));
 * const adapter = await adapt({ linears: new Map([["w", linear]]) }, { method: "full" });
 * const losses = await fitLinear(adapter, tf.tensor2d([[1, 0], [0, 1]]), tf.eye(2), { steps: 20, learningRate: 0.1 });
 * assert.ok(losses[0] === 0.5 && losses[20]! < 0.05);
 * ```
 */
export async function fitLinear(
  adapter: Adapter,
  target: tf.Tensor2D,
  x: tf.Tensor2D,
  { steps, learningRate }: FitOptions,
): Promise<number[]> {
  requireFit(adapter, target, x);
  const { linear } = adapter.modules[0]!;
  const wanted = tf.matMul<tf.Tensor2D>(x, target, false, true); // (tokens, m)
  const optimizer = new AdapterOptimizer(adapter);
  const losses: number[] = [];
  try {
    for (let step = 0; step <= steps; step++) {
      const { loss, gradients } = tf.tidy(() => {
        const { y, saved } = linear.forward(x);
        const error = tf.sub<tf.Tensor2D>(y, wanted); // (tokens, m)
        const { gradients } = linear.backward(tf.div(error, x.shape[0]), saved, () => x);
        return { loss: tf.div(tf.sum(tf.square(error)), 2 * x.shape[0]), gradients };
      });
      losses.push((await loss.data())[0]!);
      loss.dispose();
      const flat = optimizer.takeGradients(new Map([[linear.name, gradients]]));
      if (step < steps) optimizer.step(flat, learningRate);
      tf.dispose(flat);
    }
  } finally {
    wanted.dispose();
    optimizer.dispose();
  }
  return losses;
}

function requireFit({ modules }: Adapter, target: tf.Tensor2D, x: tf.Tensor2D): void {
  if (modules.length !== 1) {
    throw new UsageError(
      `the adapter has ${modules.length} linear maps; fitLinear takes one with a single map`,
    );
  }
  const { name, outputs, inputs } = modules[0]!.linear;
  if (target.shape.join() !== `${outputs},${inputs}` || x.shape[1] !== inputs) {
    throw new UsageError(
      `${name} is ${outputs}×${inputs}, the target ${target.shape.join("×")} and x ${x.shape.join("×")}; ` +
        `give a target ${outputs}×${inputs} and x with ${inputs} columns`,
    );
  }
}
