import type { LlamaConfig } from "../models/llama_config.ts";

/** Greedy continuations of random prompts to be measured. */
export interface GenerateCase {
  readonly config: LlamaConfig;
  readonly batch: number;
  readonly promptTokens: number;
  readonly newTokens: number;
  /** Runs after the first, which is not counted. */
  readonly runs: number;
}

/** What a process that generated tells. */
export interface GenerateTimes {
  /** Of the first run, which also compiles. */
  readonly first_s: number;
  readonly seconds: readonly number[];
  readonly peak_memory_bytes: number;
}
