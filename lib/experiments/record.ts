import type { TrainPoint, TrainResult } from "../training/train_progress.ts";
import type { Spec } from "./spec.ts";

/** What became of a run; a failure is a record too. One that a sweep gave up halfway, since others did better, is `dropped`. */
export type RunStatus = TrainResult["status"] | "failed" | "dropped";

/** Whether a run has come to its end: nothing is to be expected of doing it once more. */
export function isFinished(status: RunStatus): boolean {
  return status !== "failed" && status !== "interrupted";
}

/** The score after a pass over the training examples. */
export interface EpochScore {
  /** From 1. */
  readonly epoch: number;
  /** Steps taken until then. */
  readonly step: number;
  readonly value: number;
}

/** How a model did on a task. */
export interface TaskScore {
  readonly metric: string;
  /** At the end of training; not defined (null in the file) for a correlation with constants. */
  readonly value: number;
  /** Every metric, where the task has several. */
  readonly metrics?: { readonly [metric: string]: number };
  /** The metric of each split, where there are several. */
  readonly splits?: { readonly [split: string]: number };
  /**
   * The same metric of the model before training, where it was measured; a new head is then as it was drawn, and knows
   * nothing of the task.
   */
  readonly before: number | null;
  readonly n: number;
  /** Seconds of the scoring after training; null where it is not known. */
  readonly eval_s: number | null;
  readonly examples_file: string | null;
  /** What came out for each example and what should have, as numbers, for comparisons example by example. */
  readonly judged?: Judged;
}

/** How a model did on the task that it was trained for, and on others. */
export interface RunScore extends TaskScore {
  /** The metric after each pass over the examples, the last one being that at the end; where it was taken so often. */
  readonly epochs?: readonly EpochScore[];
  /** The highest of these, the first of equal ones. It was chosen on what it is a score of, so it flatters. */
  readonly best?: EpochScore;
  /** On the further tasks that were asked for, by their names. */
  readonly also?: { readonly [task: string]: TaskScore };
}

/** The version of a record's form that is written now: `data/record.schema.json`. */
export const recordSchema = 3;

/** What a metric is taken of, in the order of the examples. */
export interface Judged {
  /** Predicted classes or numbers; of a generation task, 1 for a correct output and 0 for another. */
  readonly outputs: readonly number[];
  /** What was expected; of a generation task, 1 for each. */
  readonly gold: readonly number[];
}

/** One run: what was asked, what was trained, how it scored, and on what it ran. One JSON file each. */
export interface RunRecord {
  /** The version of this form, {@linkcode recordSchema}; records without it are of the first. */
  readonly schema?: number;
  readonly run: {
    readonly spec: Spec;
    readonly seed: number;
    readonly versions: Readonly<{ [name: string]: string }>;
    readonly git_commit: string | null;
    readonly git_dirty: boolean | null;
    /** ISO 8601, UTC. */
    readonly started: string;
    readonly status: RunStatus;
    readonly error: string | null;
  };
  readonly train: {
    /** Of making the adapter's start. */
    readonly init_s: number;
    /** Of the training steps. */
    readonly train_s: number;
    /** Of these, what compiling took: each length of a batch is compiled once in a process. Null where it is not known. */
    readonly compile_s: number | null;
    /** Without padding. */
    readonly tokens_per_s: number;
    /** From before the start to the end of training; of a resumed run, since it was resumed. */
    readonly peak_memory_bytes: number | null;
    readonly trainable_parameters: number;
    readonly total_parameters: number;
    /** Null where the adapter was not saved. */
    readonly adapter_file_bytes: number | null;
    readonly points: readonly TrainPoint[];
  } | null;
  readonly eval: RunScore | null;
  readonly meta: {
    readonly backend: string;
    readonly device: string;
    readonly cores: number;
    /** Of the library's code that the run went through; records of the first version do not have it. */
    readonly code_digest?: string | null;
    readonly model_digest: string;
    readonly data_digest: string;
  };
  readonly paper: { readonly value: number; readonly source: string } | null;
}
