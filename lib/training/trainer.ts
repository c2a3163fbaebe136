import * as tf from "@tensorflow/tfjs-core";
import type { Adapter } from "../adapters/adapter.ts";
import type { LossAndGradients, PassOptions } from "../models/loss_and_gradients.ts";
import type { Precision } from "../nn/product.ts";
import { dispose, tidy } from "../tensor/tidy.ts";
import type { Batch } from "../text/batches.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import type { AdamWState } from "./adamw.ts";
import { AdapterOptimizer, onHost } from "./adapter_optimizer.ts";
import { clipGradient } from "./clip_gradient.ts";
import { describeDivergence } from "./divergence.ts";

/** What training knows of the batches of a model. */
export interface TrainBatch {
  /** Token ids with padding. */
  readonly ids: ArrayLike<number>;
  /** Rows. */
  readonly size: number;
  /** Tokens that are not padding. */
  readonly tokens: number;
  /** What should come out, wherever the loss is taken. */
  readonly targets: ArrayLike<number>;
}

/** A model with a loss over batches of its own kind. */
export interface Differentiable<B extends TrainBatch> {
  /** @param weight the share of each target in the loss */
  lossAndGradients(batch: B, weight: number, options?: PassOptions): LossAndGradients;
}

/** A decoder that can be trained on prompts and responses. */
export interface Trainable extends Differentiable<Batch> {
  readonly tokenizer: Tokenizer;
}

/** What a step came to. */
export interface StepOutcome {
  readonly loss: number;
  /** Euclidean norm of the whole gradient, before it was clipped. */
  readonly gradNorm: number;
  /** What was not finite, so that the step was not taken; null for a step taken. */
  readonly divergence: string | null;
}

/** The factors of an adapter under their optimizer. It owns its tensors; {@linkcode Trainer.dispose} frees them. */
export class Trainer<B extends TrainBatch> {
  readonly #optimizer: AdapterOptimizer;

  /** @param from the optimizer's state that this one goes on from */
  constructor(
    private readonly model: Differentiable<B>,
    adapter: Adapter,
    private readonly options: {
      readonly weightDecay: number;
      readonly maxGradNorm: number;
      readonly precision?: Precision;
      readonly recompute?: boolean;
    },
    from: AdamWState | null,
  ) {
    this.#optimizer = new AdapterOptimizer(adapter, { weightDecay: options.weightDecay }, from);
  }

  /** The optimizer's state; the factors are in the adapter. */
  state(): Promise<AdamWState> {
    return this.#optimizer.state();
  }

  /** One optimizer step over its forward passes. What stops a pass leaves the factors as they were. */
  async step(batches: readonly B[], learningRate: number): Promise<StepOutcome> {
    const { loss, gradients } = tidy(() => this.#lossAndGradients(batches));
    const norm = tidy(() => tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient))))));
    try {
      const outcome = { loss: (await loss.data())[0]!, gradNorm: (await norm.data())[0]! };
      if (!Number.isFinite(outcome.loss) || !Number.isFinite(outcome.gradNorm)) {
        const { parts } = this.#optimizer;
        const diverged = {
          ...outcome,
          values: await this.#optimizer.values(),
          gradient: await onHost(gradients),
        };
        return { ...outcome, divergence: describeDivergence(parts, diverged) };
      }
      const { maxGradNorm } = this.options;
      this.#optimizer.step(
        gradients,
        learningRate,
        (part) => clipGradient(part, outcome.gradNorm, maxGradNorm),
      );
      return { ...outcome, divergence: null };
    } finally {
      dispose([loss, gradients, norm]);
    }
  }

  dispose(): void {
    this.#optimizer.dispose();
  }

  /** Loss, and the gradient of each group, over all passes. */
  #lossAndGradients(batches: readonly B[]): { loss: tf.Scalar; gradients: tf.Tensor1D[] } {
    const { precision, recompute } = this.options;
    const targets = batches.reduce((sum, batch) => sum + batch.targets.length, 0);
    const parts = batches.map((batch) => {
      const { loss, gradients } = this.model.lossAndGradients(batch, 1 / targets, { precision, recompute });
      return { loss, gradients: this.#optimizer.takeGradients(gradients) };
    });
    if (parts.length === 1) return parts[0]!;
    const sum = {
      loss: tf.addN(parts.map((part) => part.loss)),
      gradients: parts[0]!.gradients.map((_, i) => tf.addN(parts.map((part) => part.gradients[i]!))),
    };
    dispose(parts);
    return sum;
  }
}
