import type { Adapter } from "../adapters/adapter.ts";
import type { ScoresBefore } from "./scores_before.ts";
import type { TrainPoint, TrainProgress } from "../training/train_progress.ts";

/** How far a run is, for a progress line. */
export interface RunProgress {
  readonly phase: "load" | "evaluate before" | "start" | "train" | "evaluate epoch" | "evaluate after";
  readonly done: number;
  readonly total: number;
  readonly text?: string;
  /** The steps, while the phase is `train` and one is taken. */
  readonly training?: TrainProgress;
}

/** Where a run takes its data from and puts its results. */
export interface RunOptions {
  /** Folder of the task's data; see the task for what is tried without it. */
  readonly data?: string;
  /** Folder for the adapter, the record and the judged examples; nothing is written without it. */
  readonly out?: string;
  /** Scores of the unadapted model on the same examples, as far as they are known already. */
  readonly before?: ScoresBefore;
  /**
   * Goes on with the run in `out` from its last checkpoint, or begins it where there is none; a run that is done is left as
   * it is, and its record given. The steps are then those of a run without a break, to the last bit on the CPU.
   */
  readonly resume?: boolean;
  /** Steps from one checkpoint to the next; 0, the default, counts none. */
  readonly checkpointSteps?: number;
  /** Minutes from one checkpoint to the next, 10 by default; 0 counts none. One is kept at the end of training too. */
  readonly checkpointMinutes?: number;
  readonly onProgress?: (progress: RunProgress) => void;
  readonly onStep?: (point: TrainPoint) => void;
  /**
   * Shows the adapter on its model, before the first step (step 0) and after each; the run waits for it, and does not count
   * its time as training. The adapter and its tensors stay the run's own.
   */
  readonly onAdapter?: (adapter: Adapter, step: number) => void | Promise<void>;
  readonly signal?: AbortSignal;
}
