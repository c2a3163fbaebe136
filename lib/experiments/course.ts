import type { AdapterHost } from "../adapters/adapter_files.ts";
import type { Adapter } from "../adapters/adapter.ts";
import type { JsonLinesLog } from "../formats/json_lines_log.ts";
import type { LoadOptions } from "../models/load_options.ts";
import type { TrainOptions } from "../training/train_options.ts";
import type { TrainResult } from "../training/train_progress.ts";
import type { Judged } from "./record.ts";

/** What a model is scored on: examples of one task. */
export interface CourseTest {
  readonly task: string;
  readonly examples: readonly unknown[];
}

/** What a run does with models of one kind: which examples they learn and are scored on, and how. */
export interface Course {
  readonly trainExamples: readonly unknown[];
  /** The first is of the spec's own task; empty where nothing is to be scored. */
  readonly tests: readonly CourseTest[];
  /**
   * Whether the model gets a new head, which an adapter draws: what is scored before training is that head, and the model is
   * scored after each pass over the examples too.
   */
  readonly newHead: boolean;
  load(options: LoadOptions): Promise<LoadedCourse>;
}

/** A course with its model. */
export interface LoadedCourse {
  readonly model: AdapterHost & { readonly parameters: number; dispose(): void };
  train(adapter: Adapter, options: TrainOptions): Promise<TrainResult>;
  /** An interrupt leaves out examples. */
  score(test: CourseTest, options: ScoreOptions): Promise<CourseScore>;
}

/** How a model is scored. */
export interface ScoreOptions {
  /** Where each example goes as soon as it is judged; those that are there already are not judged again. */
  readonly log?: JsonLinesLog<{ readonly id: string }>;
  readonly onExample?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** How a model did on the examples. */
export interface CourseScore {
  readonly metric: string;
  readonly value: number;
  readonly n: number;
  /** Every metric, where there are several. */
  readonly metrics?: { readonly [metric: string]: number };
  /** The metric of each split, where there are several. */
  readonly splits?: { readonly [split: string]: number };
  readonly judged: Judged;
  /** One object a line of the per-example file. */
  readonly examples: readonly object[];
}
