import type { WeightStorage } from "../nn/weight.ts";
import type { RunRecord } from "./record.ts";

/** One evaluation as data. */
export interface EvaluationSpec {
  /** A name from the catalogue, a Hub id, a folder, or a .gguf file. */
  readonly model: string;
  /** How the weights are kept. */
  readonly weights: WeightStorage;
  /** The folder of an adapter; null for the model as it is. */
  readonly adapter: string | null;
  /** A name from the table of tasks. */
  readonly task: string;
  /** Examples of the test split, from its start; 0 takes all. */
  readonly limit: number;
  /** Of tasks whose examples are made, and of answers that are drawn. */
  readonly seed: number;
  /** Sequences generated at once. */
  readonly batch: number;
  /** Tokens that an answer may have; the task's own number when absent. */
  readonly max_new_tokens?: number;
  /** Answers to each question, for pass@k; 1 when absent. */
  readonly samples?: number;
  /** At which answers are drawn, by the seed; 0, the likeliest tokens, when absent. */
  readonly temperature?: number;
}

/** An evaluation of its own, in the form of a run's record: nothing was trained. */
export interface EvaluationRecord {
  readonly run: Omit<RunRecord["run"], "spec"> & { readonly spec: EvaluationSpec };
  readonly train: null;
  /** Null where it failed; what was judged until then is in the folder all the same. */
  readonly eval: RunRecord["eval"];
  readonly meta: RunRecord["meta"] & { readonly adapter_digest: string | null };
  readonly paper: RunRecord["paper"];
}
