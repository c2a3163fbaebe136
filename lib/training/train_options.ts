import type { Adapter } from "../adapters/adapter.ts";
import type { Precision } from "../nn/product.ts";
import { UsageError } from "../usage_error.ts";
import type { ScheduleName } from "./schedule.ts";
import type { Epoch, TrainPoint, TrainProgress, TrainState } from "./train_progress.ts";

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

/** {@linkcode TrainOptions} with the defaults in their places. */
export type TrainSettings = ReturnType<typeof withDefaults>;

/**
 * The settings that options come to, for an adapter and so many examples.
 *
 * @throws UsageError when a number is out of range, the adapter is merged, or `from` has more steps than are asked for
 */
export function trainSettings(options: TrainOptions, adapter: Adapter, examples: number): TrainSettings {
  const settings = withDefaults(options);
  requireUsable(settings, adapter, examples);
  return settings;
}

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

function requireUsable(settings: TrainSettings, adapter: Adapter, examples: number): void {
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
