import type { SamplingOptions } from "../evaluation/sampling/choose_tokens.ts";
import type { LlamaConfig } from "../models/llama_config.ts";

/** Continuations of random prompts to be measured. */
export interface GenerateCase {
  readonly config: LlamaConfig;
  /** Sequences at once. */
  readonly batch: number;
  /** Of each prompt, the longest first. */
  readonly promptTokens: readonly number[];
  /** Of each continuation; none ends earlier. */
  readonly newTokens: readonly number[];
  /** By default greedy. */
  readonly sampling?: SamplingOptions;
  /** Whether finished sequences make room for the next prompts; without it, and for transformers, one batch follows the other. */
  readonly refill: boolean;
  /** Runs after the first, which is not counted. */
  readonly runs: number;
}

/** What a process that generated tells. */
export interface GenerateTimes {
  /** Of the first run, which also compiles. */
  readonly first_s: number;
  readonly seconds: readonly number[];
  /** Processor time of all threads in these runs, which other programs on the machine change less. */
  readonly cpu_seconds: readonly number[];
  readonly peak_memory_bytes: number;
}
