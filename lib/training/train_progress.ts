import type { AdamWState } from "./adamw.ts";
import type { ClockState } from "./token_clock.ts";

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
