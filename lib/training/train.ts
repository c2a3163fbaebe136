import * as tf from "@tensorflow/tfjs-core";
import type { Adapter } from "../adapters/adapter.ts";
import type { LossAndGradients } from "../models/llama.ts";
import { Random } from "../tensor/random.ts";
import { type Batch, encodeExample, indexOrder, padBatch, type PromptResponse } from "../text/batches.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { UsageError } from "../usage_error.ts";
import { AdamW } from "./adamw.ts";
import { FlatParameters } from "./flat_parameters.ts";
import { interruptible } from "./interrupt.ts";
import { cosineSchedule } from "./schedule.ts";

/** A model that can be trained. */
export interface Trainable {
  readonly tokenizer: Tokenizer;
  lossAndGradients(batch: Batch, weight: number): LossAndGradients;
}

/** How to train. */
export interface TrainOptions {
  readonly steps: number;
  readonly learningRate: number;
  /** Sequences in one optimizer step; by default 4. */
  readonly batch?: number;
  /** Forward passes that one optimizer step is split into, to save memory; by default 1. */
  readonly accumulation?: number;
  /** Tokens kept of prompt and response together; by default 512. */
  readonly length?: number;
  readonly warmupSteps?: number;
  readonly weightDecay?: number;
  /** With a seed the examples come in a random order, a new one each pass; without, in their own. */
  readonly shuffleSeed?: number | null;
  readonly onStep?: (point: TrainPoint, progress: TrainProgress) => void;
  /** Stops after the step under way; what was trained until then is kept. */
  readonly signal?: AbortSignal;
}

/** One training step as it is kept in a record. */
export interface TrainPoint {
  /** From 1. */
  readonly step: number;
  /** Mean cross-entropy over the response tokens of the step, in nats, before the update. */
  readonly loss: number;
  /** Euclidean norm of the whole gradient. */
  readonly grad_norm: number;
  readonly lr: number;
  /** Tokens of the step without padding. */
  readonly tokens: number;
}

/** Where a training run stands. */
export interface TrainProgress {
  readonly steps: number;
  /** Tokens without padding, since the first step ended. */
  readonly tokensPerSecond: number;
  readonly secondsLeft: number;
}

/** What a training run gives; the factors themselves are in the adapter. */
export interface TrainResult {
  readonly status: "done" | "diverged" | "interrupted";
  readonly points: readonly TrainPoint[];
  readonly seconds: number;
  readonly tokensPerSecond: number;
}

/**
 * Trains an adapter with AdamW under a cosine schedule, on the response tokens only. An interrupt stops after the step
 * under way and keeps what was trained; a loss that is no longer a number stops before it reaches the factors.
 *
 * @throws UsageError when a number is out of range, or when `length` leaves a batch without response tokens
 *
 * @example
 * ```ts
 * import { adapt, Random, randomLlama, train, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const config = {
 *   vocab_size: 16, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 1, num_attention_heads: 2,
 *   num_key_value_heads: 1, head_dim: 4, max_position_embeddings: 32, rope_theta: 100, rms_norm_eps: 1e-5,
 * };
 * const model = randomLlama(config, new Random(0), { deviation: 0.3 });
 * const adapter = await adapt(model, { method: "nlora", rank: 2 });
 * const pairs = [{ prompt: "3 1 4", response: "1 5 9" }];
 * const { points } = await train(model, adapter, pairs, { steps: 10, batch: 1, learningRate: 0.05 });
 * assert.ok(points.at(-1)!.loss < points[0]!.loss);
 * ```
 */
export function train(
  model: Trainable,
  adapter: Adapter,
  examples: readonly PromptResponse[],
  options: TrainOptions,
): Promise<TrainResult> {
  return interruptible(options.signal, (stopping) => trainUntil(stopping, model, adapter, examples, options));
}

async function trainUntil(
  stopping: () => boolean,
  model: Trainable,
  adapter: Adapter,
  examples: readonly PromptResponse[],
  options: TrainOptions,
): Promise<TrainResult> {
  const { steps, learningRate, batch = 4, accumulation = 1, length = 512, shuffleSeed = null, onStep } =
    options;
  const { warmupSteps = 0, weightDecay = 0 } = options;
  for (
    const [name, value] of Object.entries({ steps, batch, accumulation, length, examples: examples.length })
  ) {
    if (!Number.isInteger(value) || value < 1) {
      throw new UsageError(`${name} ${value} is not a whole number from 1`);
    }
  }
  if (adapter.merged) {
    throw new UsageError("the adapter is merged into the weights; call unmerge() before training");
  }
  if (!(learningRate > 0)) throw new UsageError(`learning rate ${learningRate} is not a positive number`);
  const encoded = examples.map((example) => encodeExample(model.tokenizer, example, length));
  const order = indexOrder(examples.length, shuffleSeed === null ? null : new Random(shuffleSeed));
  const parameters = new FlatParameters(adapter);
  const optimizer = new AdamW(parameters.size, { weightDecay });
  let values = parameters.read();
  const points: TrainPoint[] = [];
  const clock = new TokenClock();
  let status: TrainResult["status"] = "done";
  try {
    for (let step = 1; step <= steps; step++) {
      if (stopping()) {
        status = "interrupted";
        break;
      }
      const chosen = Array.from({ length: batch }, () => encoded[order.next().value]!);
      const batches = splitBatch(chosen, accumulation, length);
      const { loss, gradient } = accumulate(model, parameters, batches);
      const gradNorm = tf.tidy(() => tf.sqrt(tf.sum(tf.square(gradient))));
      const point: TrainPoint = {
        step,
        loss: (await loss.data())[0]!,
        grad_norm: (await gradNorm.data())[0]!,
        lr: cosineSchedule(step - 1, { learningRate, steps, warmupSteps }),
        tokens: batches.reduce((sum, b) => sum + b.tokens, 0),
      };
      tf.dispose([loss, gradNorm]);
      if (Number.isFinite(point.loss) && Number.isFinite(point.grad_norm)) {
        const next = optimizer.step(values, gradient, point.lr);
        tf.dispose([values, gradient]);
        values = next;
        parameters.write(values);
      } else {
        gradient.dispose();
        status = "diverged";
      }
      points.push(point);
      clock.tick(point.tokens);
      onStep?.(point, {
        steps,
        tokensPerSecond: clock.tokensPerSecond,
        secondsLeft: (steps - step) * clock.seconds / step,
      });
      if (status === "diverged") break;
      await new Promise((resolve) => setTimeout(resolve)); // lets an interrupt arrive
    }
  } finally {
    values.dispose();
    optimizer.dispose();
  }
  return { status, points, seconds: clock.seconds, tokensPerSecond: clock.tokensPerSecond };
}

/** Loss and flat gradient of one optimizer step, over its forward passes. */
function accumulate(
  model: Trainable,
  parameters: FlatParameters,
  batches: readonly Batch[],
): { loss: tf.Scalar; gradient: tf.Tensor1D } {
  const targets = batches.reduce((sum, batch) => sum + batch.targets.length, 0);
  const parts = batches.map((batch) => {
    const { loss, gradients } = model.lossAndGradients(batch, 1 / targets);
    return { loss, gradient: parameters.takeGradients(gradients) };
  });
  if (parts.length === 1) return parts[0]!;
  const sum = {
    loss: tf.addN(parts.map((part) => part.loss)),
    gradient: tf.addN(parts.map((part) => part.gradient)),
  };
  for (const { loss, gradient } of parts) tf.dispose([loss, gradient]);
  return sum;
}

function splitBatch(
  examples: readonly ReturnType<typeof encodeExample>[],
  accumulation: number,
  length: number,
): Batch[] {
  const size = Math.ceil(examples.length / accumulation);
  const batches: Batch[] = [];
  for (let start = 0; start < examples.length; start += size) {
    batches.push(padBatch(examples.slice(start, start + size)));
  }
  if (batches.every((batch) => batch.targets.length === 0)) {
    throw new UsageError(`no response tokens are left within ${length} tokens; choose a larger length`);
  }
  return batches.filter((batch) => batch.targets.length > 0);
}

/** Counts tokens and time; the rate leaves out the first step, which also warms the backend up. */
class TokenClock {
  readonly #begun = performance.now();
  #first: { tokens: number; at: number } | null = null;
  #tokens = 0;
  #now = this.#begun;

  tick(tokens: number): void {
    this.#tokens += tokens;
    this.#now = performance.now();
    this.#first ??= { tokens, at: this.#now };
  }

  get seconds(): number {
    return (this.#now - this.#begun) / 1000;
  }

  get tokensPerSecond(): number {
    if (!this.#first) return 0;
    const later = this.#tokens - this.#first.tokens;
    return later > 0 ? later / ((this.#now - this.#first.at) / 1000) : this.#tokens / this.seconds;
  }
}
