import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../adapters/adapt.ts";
import type { AdapterOptions } from "../adapters/adapter_spec.ts";
import type { Llama } from "../models/llama.ts";
import { peakMemory } from "../tensor/peak_memory.ts";
import { Random } from "../tensor/random.ts";
import { type Batch, padBatch } from "../text/batches.ts";
import { Trainer } from "../training/trainer.ts";
import { UsageError } from "../usage_error.ts";

/** A training step that is to be measured. */
export interface StepOptions extends AdapterOptions {
  /** Sequences in a step. */
  readonly batch: number;
  /** Tokens in each sequence, 2 or more; the loss is taken on all but the first. */
  readonly length: number;
  /** Makes activations anew on the way back instead of keeping them; by default false. */
  readonly recompute?: boolean;
  /** Steps that are timed, after the first; by default 3. */
  readonly steps?: number;
}

/** What a training step costs. */
export interface StepReport {
  readonly trainable_parameters: number;
  /** Seconds of the first step, which also compiles what no step before has compiled. */
  readonly first_s: number;
  /** Seconds of a later step, the median. */
  readonly step_s: number;
  readonly tokens_per_s: number;
  /** Bytes that training needs beside the model, at the worst moment of a step. */
  readonly peak_memory_bytes: number;
}

/**
 * Puts an adapter on a model, trains it on random tokens for a few steps, and takes it off again: what a step with AdamW
 * costs. Nothing else should run in the process meanwhile.
 *
 * The memory is the sum of what stays between two steps (factors, optimizer state), counted tensor by tensor, and what the
 * process grows by during one more step, as the operating system counts it. On a GPU the second part is not seen.
 *
 * @throws UsageError where one of the numbers is too small, and as `adapt` does
 *
 * @example
 * ```ts
 * import { measureStep, Random, randomLlama, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const config = {
 *   vocab_size: 16, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 1, num_attention_heads: 2,
 *   num_key_value_heads: 1, head_dim: 4, max_position_embeddings: 32, rope_theta: 100, rms_norm_eps: 1e-5,
 * };
 * const model = randomLlama(config, new Random(0));
 * const report = await measureStep(model, { method: "inttune", rank: 2, batch: 1, length: 8 });
 * assert.equal(report.trainable_parameters, 7 * 2 * 2); // N alone, r × r in each of seven maps
 * assert.ok(report.step_s > 0);
 * ```
 */
export async function measureStep(
  model: Llama,
  { batch, length, recompute = false, steps = 3, ...options }: StepOptions,
): Promise<StepReport> {
  for (
    const [name, value, least] of [["batch", batch, 1], ["length", length, 2], ["steps", steps, 1]] as const
  ) {
    if (!(Number.isInteger(value) && value >= least)) {
      throw new UsageError(`${name} ${value} is not a whole number from ${least}`);
    }
  }
  const tokens = randomBatch(model, batch, length);
  const bytes = tf.memory().numBytes;
  const adapter = await adapt(model, options);
  const trainable = {
    tokenizer: model.tokenizer,
    lossAndGradients: (batch: Batch, weight: number) => model.lossAndGradients(batch, weight, { recompute }),
  };
  const trainer = new Trainer(trainable, adapter, { weightDecay: 0, maxGradNorm: 0 }, null);
  const step = async () => {
    const begun = performance.now();
    await trainer.step([tokens], 1e-4);
    return (performance.now() - begun) / 1000;
  };
  try {
    const first_s = await step();
    const kept = tf.memory().numBytes - bytes;
    const seconds: number[] = [];
    while (seconds.length < steps) seconds.push(await step());
    peakMemory.start();
    const between = peakMemory.read();
    await step();
    const growth = peakMemory.read() - between;
    const step_s = seconds.sort((a, b) => a - b)[steps >> 1]!;
    return {
      trainable_parameters: adapter.trainableParameters,
      first_s,
      step_s,
      tokens_per_s: batch * length / step_s,
      peak_memory_bytes: kept + growth,
    };
  } finally {
    trainer.dispose();
    adapter.remove();
  }
}

function randomBatch({ config }: Llama, batch: number, length: number): Batch {
  const random = new Random(0);
  return padBatch(Array.from({ length: batch }, () => ({
    ids: Array.from({ length }, () => random.int(config.vocab_size)),
    promptLength: 1,
  })));
}
