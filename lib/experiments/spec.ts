import { checkMethod } from "../adapters/adapter_spec.ts";
import { findMethod } from "../adapters/methods.ts";
import type { NystromCore } from "../linalg/nystrom.ts";
import { UsageError } from "../usage_error.ts";

/** One experiment as data: the same spec gives the same record on the same backend. */
export interface Spec {
  /** A name from the catalogue, or a .gguf file. */
  readonly model: string;
  /** A name from the table of tasks. */
  readonly task: string;
  /** A name from the table of methods. */
  readonly method: string;
  readonly rank: number;
  readonly alpha: number;
  /** NLoRA and IntTune: the Nyström core. */
  readonly core?: NystromCore;
  /** NLoRA and IntTune: whether step 0 is exact. */
  readonly residual?: boolean;
  readonly learning_rate: number;
  readonly seed: number;
  readonly steps: number;
  /** Sequences in one optimizer step. */
  readonly batch: number;
  /** Forward passes that one optimizer step is split into. */
  readonly accumulation: number;
  /** Tokens kept of prompt and response together. */
  readonly length: number;
  readonly warmup_steps: number;
  readonly weight_decay: number;
  /** Examples of the train split to draw from, from its start; 0 takes all. */
  readonly train_limit: number;
  /** Whether the examples come in an order drawn from the seed; otherwise in their own. */
  readonly shuffle: boolean;
  /** Examples of the test split to score before and after; 0 scores none. */
  readonly eval_limit: number;
}

/** A spec of which only what matters is given. */
export type PartialSpec = Pick<Spec, "model" | "task" | "method"> & Partial<Spec>;

/**
 * Fills in what was left open: rank 16, alpha = rank, the method's own learning rate, 20 steps of 4 sequences.
 *
 * @throws UsageError for an unknown method or core, an option of another method, or a field that no spec has
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
  const { rank = 16 } = given;
  const defaults: Omit<Spec, "model" | "task" | "method"> = {
    rank,
    alpha: rank,
    learning_rate: findMethod(given.method).learningRate,
    seed: 0,
    steps: 20,
    batch: 4,
    accumulation: 1,
    length: 512,
    warmup_steps: 2,
    weight_decay: 0,
    train_limit: 0,
    shuffle: false,
    eval_limit: 0,
  };
  const known = new Set([...Object.keys(defaults), "model", "task", "method", "core", "residual"]);
  const unknown = Object.keys(given).filter((key) => !known.has(key));
  if (unknown.length > 0) {
    throw new UsageError(
      `a spec has no field ${unknown.join(", ")}; its fields are ${[...known].join(", ")}`,
    );
  }
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(present) } as Spec;
}
