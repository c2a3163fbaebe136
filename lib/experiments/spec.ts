/** One experiment as data: the same spec gives the same record on the same backend. */
export interface Spec {
  /** A name from the catalogue, a folder, or a .gguf file. */
  readonly model: string;
  /** A name from the table of tasks. */
  readonly task: string;
  /** A name from the table of methods. */
  readonly method: string;
  readonly rank: number;
  readonly alpha: number;
  readonly learning_rate: number;
  readonly seed: number;
  readonly steps: number;
  /** Sequences in one optimizer step. */
  readonly batch: number;
  /** Micro-batches that one optimizer step is split into. */
  readonly accumulation: number;
  /** Tokens kept of prompt and response together. */
  readonly length: number;
  readonly warmup_steps: number;
  readonly weight_decay: number;
  /** Examples of the test split to score before and after; 0 scores none. */
  readonly eval_limit: number;
}
