import type { TrainPoint } from "../training/train.ts";
import type { Spec } from "./spec.ts";

/** What became of a run; a failure is a record too. */
export type RunStatus = "done" | "diverged" | "interrupted" | "failed";

/** One run: what was asked, what was trained, how it scored, and on what it ran. One JSON file each. */
export interface RunRecord {
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
    readonly init_s: number;
    readonly train_s: number;
    readonly tokens_per_s: number;
    readonly peak_memory_bytes: number | null;
    readonly trainable_parameters: number;
    readonly total_parameters: number;
    /** Null where the adapter was not saved. */
    readonly adapter_file_bytes: number | null;
    readonly points: readonly TrainPoint[];
  } | null;
  readonly eval: {
    readonly metric: string;
    readonly value: number;
    /** The same metric of the model before training, where it was measured. */
    readonly before: number | null;
    readonly n: number;
    readonly examples_file: string | null;
  } | null;
  readonly meta: {
    readonly backend: string;
    readonly device: string;
    readonly cores: number;
    readonly model_digest: string;
    readonly data_digest: string;
  };
  readonly paper: { readonly value: number; readonly source: string } | null;
}
