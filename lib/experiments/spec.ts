import { type AdapterOptions, checkMethod, choiceNames } from "../adapters/adapter_spec.ts";
import { findMethod } from "../adapters/methods.ts";
import { findPrecision, type Precision } from "../nn/product.ts";
import type { WeightStorage } from "../nn/weight.ts";
import { findSchedule, type ScheduleName } from "../training/schedule.ts";
import { UsageError } from "../usage_error.ts";

/** One experiment as data: an adapter, and how it is trained. The same spec gives the same record on the same backend. */
export interface Spec extends AdapterOptions {
  /** A name from the catalogue, or a .gguf file. */
  readonly model: string;
  /** How the frozen weights are kept. */
  readonly weights: WeightStorage;
  /** A name from the table of tasks. */
  readonly task: string;
  readonly rank: number;
  readonly alpha: number;
  readonly seed: number;
  readonly learning_rate: number;
  readonly steps: number;
  /** Passes over the training examples that the steps come to; 0, the default, takes `steps` as they are. */
  readonly epochs: number;
  /** Sequences in one optimizer step. */
  readonly batch: number;
  /** Forward passes that one optimizer step is split into. */
  readonly accumulation: number;
  /** Tokens kept of prompt and response together. */
  readonly length: number;
  readonly warmup_steps: number;
  /** How the learning rate falls after the warm-up. */
  readonly schedule: ScheduleName;
  readonly weight_decay: number;
  /** The Euclidean norm to which the whole gradient is clipped; 0 leaves it as it is. */
  readonly max_grad_norm: number;
  /** The data set of instructions to train on in place of the task's own examples, such as `metamath`; null is the task's own. */
  readonly train_set: string | null;
  /** The split to train on, also one of the data folder's own, for tasks that let it be chosen; null is the task's own. */
  readonly train_split: string | null;
  /** The splits to score on, together, likewise. */
  readonly eval_splits: readonly string[] | null;
  /** Examples to train on; 0 takes all of the train split. */
  readonly train_limit: number;
  /** Whether these are drawn from the whole split by the seed, for tasks of GLUE; otherwise they are its first. */
  readonly train_draw: boolean;
  /** Whether the examples come in an order drawn from the seed; otherwise in their own. */
  readonly shuffle: boolean;
  /** Whether several examples share a row, so that less is padding. */
  readonly packing: boolean;
  /** Whether examples of similar length come in one step, so that less is padding. */
  readonly bucketing: boolean;
  /** Of the products in the layers while training. */
  readonly precision: Precision;
  /** Whether activations are made anew on the way back, which saves memory and costs time. */
  readonly recompute: boolean;
  /** Examples of each test split to score, from its start; 0 scores none. */
  readonly eval_limit: number | "all";
  /** Further tasks that the same trained model is scored on, by their names in the table; each by as many examples. */
  readonly eval_also: readonly string[];
  /** Tokens that an answer may have; 0 takes each task's own number. */
  readonly max_new_tokens: number;
}

/** A spec of which only what matters is given. */
export type PartialSpec = Pick<Spec, "model" | "task" | "method"> & Partial<Spec>;

/** The fields that ask for an adapter. */
const adapterFields = [
  ...["method", "rank", "alpha", "rslora", "seed", "rank_pattern", "alpha_pattern"] as const,
  ...["targets", "layers"] as const,
  ...choiceNames,
];

/**
 * Fills in what was left open: rank 16, alpha = rank, the method's own learning rate, 20 steps of 4 sequences.
 *
 * @throws UsageError for an unknown method, core, precision or schedule, an option of another method, or a field that no spec has
 *
 * @example
 * ```ts
 * import { completeSpec } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const spec = completeSpec({ model: "smollm2-135m-instruct", task: "arithmetic", method: "inttune", rank: 8 });
 * assert.equal(spec.alpha, 8);
 * assert.equal(spec.learning_rate, 2e-3);
 * ```
 */
export function completeSpec(given: PartialSpec): Spec {
  checkMethod(given);
  if (given.precision !== undefined) findPrecision(given.precision);
  if (given.schedule !== undefined) findSchedule(given.schedule);
  const { rank = 16 } = given;
  const defaults: Omit<Spec, "model" | "task" | "method"> = {
    rank,
    alpha: rank,
    learning_rate: findMethod(given.method).learningRate,
    weights: "float32",
    seed: 0,
    steps: 20,
    epochs: 0,
    batch: 4,
    accumulation: 1,
    length: 512,
    warmup_steps: 2,
    schedule: "cosine",
    weight_decay: 0,
    max_grad_norm: 0,
    train_set: null,
    train_split: null,
    eval_splits: null,
    train_limit: 0,
    train_draw: false,
    shuffle: false,
    packing: false,
    bucketing: false,
    precision: "float32",
    recompute: false,
    eval_limit: 0,
    eval_also: [],
    max_new_tokens: 0,
  };
  const known = new Set(["model", "task", ...adapterFields, ...Object.keys(defaults)]);
  const unknown = Object.keys(given).filter((key) => !known.has(key));
  if (unknown.length > 0) {
    throw new UsageError(
      `a spec has no field ${unknown.join(", ")}; its fields are ${[...known].join(", ")}`,
    );
  }
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(present) } as Spec;
}

/** The adapter that a spec asks for. */
export function adapterOptions(spec: Spec): AdapterOptions {
  const given = adapterFields.map((field) => [field, spec[field]]).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

/**
 * The spec with the steps that its epochs come to, given how many examples it trains on.
 *
 * @throws UsageError for epochs that are not a number from 0
 */
export function withSteps(spec: Spec, examples: number): Spec {
  if (!(spec.epochs >= 0)) {
    throw new UsageError(`epochs ${spec.epochs} is not a number from 0; 0 takes the steps as they are`);
  }
  return spec.epochs === 0 ? spec : { ...spec, steps: Math.ceil(spec.epochs * examples / spec.batch) };
}
