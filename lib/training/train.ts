import type { Adapter } from "../adapters/adapter.ts";
import type { Precision } from "../nn/product.ts";
import { Random } from "../tensor/random.ts";
import { encodeExample, indexOrder, padBatch, type PromptResponse } from "../text/batches.ts";
import { orderByLength } from "../text/order_by_length.ts";
import { packBatch } from "../text/pack_batch.ts";
import { UsageError } from "../usage_error.ts";
import type { AdamWState } from "./adamw.ts";
import { interruptible } from "./interrupt.ts";
import { isOutOfMemory, memoryAdvice } from "./out_of_memory.ts";
import { findSchedule, type ScheduleName } from "./schedule.ts";
import { type ClockState, TokenClock } from "./token_clock.ts";
import {
  type Differentiable,
  type StepOutcome,
  type Trainable,
  type TrainBatch,
  Trainer,
} from "./trainer.ts";

/** Batches are padded to a multiple of so many tokens; each length is compiled once. */
export const lengthBucket = 32;

/** Batches in one window of {@linkcode TrainOptions.bucketing}. */
const bucketWindow = 16;

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
  /** How the learning rate falls after the warm-up: as half a cosine, the default, or linearly. */
  readonly schedule?: ScheduleName;
  readonly weightDecay?: number;
  /** The Euclidean norm to which the whole gradient is clipped; 0, the default, leaves it as it is. */
  readonly maxGradNorm?: number;
  /** With a seed the examples come in a random order, a new one each pass; without, in their own. */
  readonly shuffleSeed?: number | null;
  /** Puts several examples into one row of up to `length` tokens, so that less is padding; by default false. */
  readonly packing?: boolean;
  /**
   * Takes examples of similar length into one step, so that less is padding: of every 16 batches, sorted by length and then
   * in an order drawn from the seed; by default false.
   */
  readonly bucketing?: boolean;
  /**
   * Of the products in the layers: float32, the default, or bfloat16, which is what graphics cards are fast at; adapter,
   * optimizer and sums stay in float32. On the tensorflow backend.
   */
  readonly precision?: Precision;
  /** Makes activations anew on the way back instead of keeping them: less memory, more time; by default false. */
  readonly recompute?: boolean;
  /** Called after each step; training waits for a promise that it gives, and does not count that time. */
  readonly onStep?: (point: TrainPoint, progress: TrainProgress) => unknown;
  /**
   * Called after the step in which an example was taken for the last time in a pass over all of them, before the next step and
   * not after the last one; training waits for it. A run that goes on from such a step calls it again.
   */
  readonly onEpoch?: (epoch: Epoch) => Promise<void>;
  /** Steps from one checkpoint to the next; 0, the default, counts none. */
  readonly checkpointSteps?: number;
  /** Minutes from one checkpoint to the next, to the end of the step under way; 0, the default, counts none. */
  readonly checkpointMinutes?: number;
  /**
   * Keeps a checkpoint; training waits for it. Beside the two above it is called at the end, and for an interrupt, but
   * not where training diverges or runs out of memory: the checkpoint before is then the last good one.
   */
  readonly onCheckpoint?: (state: TrainState) => Promise<void>;
  /**
   * Goes on from this state, with the factors of the same moment in the adapter: the remaining steps are then those of
   * a run without a break, to the last bit where the backend gives the same bits again.
   */
  readonly from?: TrainState;
  /** Stops after the step under way; what was trained until then is kept. */
  readonly signal?: AbortSignal;
}

/** One training step as it is kept in a record. */
export interface TrainPoint {
  /** From 1. */
  readonly step: number;
  /** Mean cross-entropy over the response tokens of the step, in nats, before the update. */
  readonly loss: number;
  /** Euclidean norm of the whole gradient, before it is clipped. */
  readonly grad_norm: number;
  readonly lr: number;
  /** Tokens of the step without padding. */
  readonly tokens: number;
}

/** A pass over all examples that has ended. */
export interface Epoch {
  /** From 1. */
  readonly epoch: number;
  /** Steps taken until then. */
  readonly step: number;
}

/** Where a training run stands. */
export interface TrainProgress {
  readonly steps: number;
  /** Every step so far; the list grows with the run. */
  readonly points: readonly TrainPoint[];
  /** Tokens without padding, since the first step ended. */
  readonly tokensPerSecond: number;
  readonly secondsLeft: number;
}

/** All that the next step depends on beside the factors, and what has been recorded until then. */
export interface TrainState {
  /** Their number tells the place in the schedule and in the order of the examples. */
  readonly points: readonly TrainPoint[];
  readonly optimizer: AdamWState;
  readonly clock: ClockState;
}

/** What a training run gives; the factors themselves are in the adapter. */
export interface TrainResult {
  readonly status: "done" | "diverged" | "interrupted" | "oom";
  /** Why it diverged or ran out of memory, and what to do. */
  readonly error: string | null;
  /** The steps that were taken. */
  readonly points: readonly TrainPoint[];
  /** Of the steps themselves. */
  readonly seconds: number;
  readonly tokensPerSecond: number;
}

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

/** Where training takes its batches from. */
export interface TrainExamples<Encoded, B extends TrainBatch> {
  /** How many examples there are. */
  readonly count: number;
  /** All of them as token ids, when the options are known to be right. */
  encode(settings: { readonly length: number }): readonly Encoded[];
  /** Some of them in one batch. */
  batch(encoded: readonly Encoded[], settings: { readonly length: number; readonly packing: boolean }): B;
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
  const settings = withDefaults(options);
  requireUsable(settings, adapter, examples.count);
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

type Settings = ReturnType<typeof withDefaults>;

function withDefaults({
  batch = 4,
  accumulation = 1,
  length = 512,
  warmupSteps = 0,
  schedule = "cosine",
  weightDecay = 0,
  maxGradNorm = 0,
  shuffleSeed = null,
  packing = false,
  bucketing = false,
  precision = "float32",
  recompute = false,
  checkpointSteps = 0,
  checkpointMinutes = 0,
  ...given
}: TrainOptions) {
  const numbers = { batch, accumulation, length, warmupSteps, weightDecay, maxGradNorm };
  return {
    ...given,
    ...numbers,
    schedule,
    shuffleSeed,
    packing,
    bucketing,
    precision,
    recompute,
    checkpointSteps,
    checkpointMinutes,
  };
}

function requireUsable(settings: Settings, adapter: Adapter, examples: number): void {
  const { steps, batch, accumulation, length, learningRate, from } = settings;
  for (const [name, value] of Object.entries({ steps, batch, accumulation, length, examples })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new UsageError(`${name} ${value} is not a whole number from 1`);
    }
  }
  const { maxGradNorm, checkpointSteps, checkpointMinutes } = settings;
  for (const [name, value] of Object.entries({ maxGradNorm, checkpointSteps, checkpointMinutes })) {
    if (!(value >= 0)) throw new UsageError(`${name} ${value} is not a number from 0; 0 turns it off`);
  }
  if (adapter.merged) {
    throw new UsageError("the adapter is merged into the weights; call unmerge() before training");
  }
  if (!(learningRate > 0)) throw new UsageError(`learning rate ${learningRate} is not a positive number`);
  if (from && from.points.length > steps) {
    throw new UsageError(`${from.points.length} steps are taken already; choose steps from that on`);
  }
}

/** A step's outcome, or why it ends the training. */
async function takeStep<B extends TrainBatch>(
  trainer: Trainer<B>,
  batches: readonly B[],
  lr: number,
  { batch, accumulation, length, recompute }: Settings,
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

function isDue({ checkpointSteps, checkpointMinutes }: Settings, step: number, elapsed: number): boolean {
  return checkpointSteps > 0 && step % checkpointSteps === 0 ||
    checkpointMinutes > 0 && elapsed >= 60_000 * checkpointMinutes;
}

/** The last pass over the examples that ends within a step, or null. */
function epochEndingAt(step: number, batch: number, examples: number): number | null {
  const passes = (steps: number) => Math.floor(steps * batch / examples);
  return step > 0 && passes(step) > passes(step - 1) ? passes(step) : null;
}

/** Which example follows which, without an end, given the tokens of each. */
function exampleOrder(
  lengths: readonly number[],
  { batch, shuffleSeed, bucketing }: Settings,
): Iterator<number, never> {
  const order = indexOrder(lengths.length, shuffleSeed === null ? null : new Random(shuffleSeed));
  if (!bucketing) return order;
  const random = new Random(shuffleSeed ?? 0).fork("buckets");
  return orderByLength(order, lengths, { batch, window: bucketWindow, random });
}

function splitBatch<Encoded, B extends TrainBatch>(
  chosen: readonly Encoded[],
  examples: TrainExamples<Encoded, B>,
  settings: Settings,
): B[] {
  const size = Math.ceil(chosen.length / settings.accumulation);
  const batches: B[] = [];
  for (let start = 0; start < chosen.length; start += size) {
    batches.push(examples.batch(chosen.slice(start, start + size), settings));
  }
  if (batches.every((batch) => batch.targets.length === 0)) {
    throw new UsageError(
      `no response tokens are left within ${settings.length} tokens; choose a larger length`,
    );
  }
  return batches.filter((batch) => batch.targets.length > 0);
}
