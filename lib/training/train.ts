import type { Adapter } from "../adapters/adapter.ts";
import { encodeExample, padBatch, type PromptResponse } from "../text/batches.ts";
import { packBatch } from "../text/pack_batch.ts";
import { epochEndingAt, exampleOrder } from "./example_order.ts";
import { interruptible } from "./interrupt.ts";
import { isOutOfMemory, memoryAdvice } from "./out_of_memory.ts";
import { findSchedule } from "./schedule.ts";
import { TokenClock } from "./token_clock.ts";
import { splitBatch, type TrainExamples } from "./train_examples.ts";
import { type TrainOptions, type TrainSettings, trainSettings } from "./train_options.ts";
import type { TrainPoint, TrainResult } from "./train_progress.ts";
import {
  type Differentiable,
  type StepOutcome,
  type Trainable,
  type TrainBatch,
  Trainer,
} from "./trainer.ts";

/** Batches are padded to a multiple of so many tokens; each length is compiled once. */
export const lengthBucket = 32;

/**
 * Trains an adapter with AdamW, under a cosine schedule by default, on the response tokens only. An interrupt stops after the step
 * under way. A step whose loss or gradient is not finite, or that does not fit into memory, is not taken and ends the
 * training. In each case the factors are those after the last step taken.
 *
 * @throws UsageError when a number is out of range, when `length` leaves a batch without response tokens, or when `from` is
 *   not a state of this adapter
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
  return trainOn(model, adapter, options, {
    count: examples.length,
    encode: ({ length }) => examples.map((example) => encodeExample(model.tokenizer, example, length)),
    batch: (encoded, { packing, length }) =>
      packing ? packBatch(encoded, length, lengthBucket) : padBatch(encoded, lengthBucket),
  });
}

/**
 * Trains an adapter on batches of any kind, as {@linkcode train} does on prompts and responses.
 *
 * @throws UsageError as {@linkcode train} does
 */
export function trainOn<Encoded extends { readonly ids: readonly number[] }, B extends TrainBatch>(
  model: Differentiable<B>,
  adapter: Adapter,
  options: TrainOptions,
  examples: TrainExamples<Encoded, B>,
): Promise<TrainResult> {
  return interruptible(options.signal, (stopping) => trainUntil(stopping, model, adapter, options, examples));
}

async function trainUntil<Encoded extends { readonly ids: readonly number[] }, B extends TrainBatch>(
  stopping: () => boolean,
  model: Differentiable<B>,
  adapter: Adapter,
  options: TrainOptions,
  examples: TrainExamples<Encoded, B>,
): Promise<TrainResult> {
  const settings = trainSettings(options, adapter, examples.count);
  const { steps, batch, from, onStep, onEpoch, onCheckpoint } = settings;
  const schedule = findSchedule(settings.schedule);
  const encoded = examples.encode(settings);
  const order = exampleOrder(encoded.map(({ ids }) => ids.length), settings);
  const points = [...from?.points ?? []];
  for (let drawn = 0; drawn < points.length * batch; drawn++) order.next();
  const clock = new TokenClock(from?.clock);
  const trainer = new Trainer(model, adapter, settings, from?.optimizer ?? null);
  const kept = { step: points.length, at: performance.now() };
  const keep = async () => {
    if (!onCheckpoint || kept.step === points.length) return;
    await onCheckpoint({ points: [...points], optimizer: await trainer.state(), clock: clock.state });
    Object.assign(kept, { step: points.length, at: performance.now() });
  };
  let ending: Pick<TrainResult, "status" | "error"> = { status: "done", error: null };
  try {
    while (points.length < steps) {
      const epoch = epochEndingAt(points.length, batch, examples.count);
      if (epoch !== null && !stopping()) await onEpoch?.({ epoch, step: points.length });
      if (stopping()) {
        ending = { status: "interrupted", error: null };
        break;
      }
      const step = points.length + 1;
      const chosen = Array.from({ length: batch }, () => encoded[order.next().value]!);
      const batches = splitBatch(chosen, examples, settings);
      const lr = schedule(step - 1, settings);
      clock.begin();
      const outcome = await takeStep(trainer, batches, lr, settings);
      if ("error" in outcome) {
        ending = { ...outcome, error: `step ${step}: ${outcome.error}` };
        break;
      }
      const tokens = batches.reduce((sum, b) => sum + b.tokens, 0);
      clock.end(tokens);
      const point: TrainPoint = { step, loss: outcome.loss, grad_norm: outcome.gradNorm, lr, tokens };
      points.push(point);
      const { tokensPerSecond } = clock;
      await onStep?.(point, {
        steps,
        points,
        tokensPerSecond,
        secondsLeft: (steps - step) * clock.state.seconds / step,
      });
      if (isDue(settings, step, performance.now() - kept.at)) await keep();
      await new Promise((resolve) => setTimeout(resolve)); // lets an interrupt arrive
    }
    if (ending.error === null) await keep();
  } finally {
    trainer.dispose();
  }
  return { ...ending, points, seconds: clock.state.seconds, tokensPerSecond: clock.tokensPerSecond };
}

/** A step's outcome, or why it ends the training. */
async function takeStep<B extends TrainBatch>(
  trainer: Trainer<B>,
  batches: readonly B[],
  lr: number,
  { batch, accumulation, length, recompute }: TrainSettings,
): Promise<StepOutcome | { status: "diverged" | "oom"; error: string }> {
  try {
    const outcome = await trainer.step(batches, lr);
    if (outcome.divergence === null) return outcome;
    const error = `${outcome.divergence}; the factors are those before this step. Choose a learning rate ` +
      `below ${lr.toPrecision(3)}, more warm-up, or clip the gradient`;
    return { status: "diverged", error };
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    const { size: sequences, ids } = batches.reduce((a, b) => b.ids.length > a.ids.length ? b : a);
    const advice = memoryAdvice({ sequences, tokens: ids.length, batch, accumulation, length, recompute });
    return {
      status: "oom",
      error: `out of memory: ${advice} (${(error as Error).message.replaceAll("\n", " ")})`,
    };
  }
}

function isDue(
  { checkpointSteps, checkpointMinutes }: TrainSettings,
  step: number,
  elapsed: number,
): boolean {
  return checkpointSteps > 0 && step % checkpointSteps === 0 ||
    checkpointMinutes > 0 && elapsed >= 60_000 * checkpointMinutes;
}
