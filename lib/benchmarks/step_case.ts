import type { LlamaConfig } from "../models/llama_config.ts";

/** The models whose steps are measured, with random weights. */
export const stepShapes = {
  "SmolLM2-135M": {
    vocab_size: 49152,
    hidden_size: 576,
    intermediate_size: 1536,
    num_hidden_layers: 30,
    num_attention_heads: 9,
    num_key_value_heads: 3,
    head_dim: 64,
    max_position_embeddings: 8192,
    rope_theta: 100_000,
    rms_norm_eps: 1e-5,
  },
  "LLaMA-2-7B, 4 layers": {
    vocab_size: 32000,
    hidden_size: 4096,
    intermediate_size: 11008,
    num_hidden_layers: 4,
    num_attention_heads: 32,
    num_key_value_heads: 32,
    head_dim: 128,
    max_position_embeddings: 4096,
    rope_theta: 10_000,
    rms_norm_eps: 1e-5,
  },
} satisfies Record<string, LlamaConfig>;

/** One training step to be measured. */
export interface StepCase {
  readonly model: keyof typeof stepShapes;
  readonly method: string;
  readonly rank: number;
  readonly batch: number;
  readonly length: number;
  /** Whether activations are made anew on the way back. */
  readonly recompute: boolean;
  /** Steps after the first, which is not counted. */
  readonly steps: number;
}

/** What a process that ran some steps tells. */
export interface StepTimes {
  /** Of the first step, which also compiles. */
  readonly first_s: number;
  readonly seconds: readonly number[];
  /** Of these, what loss and gradients took; the rest is the optimizer's. */
  readonly pass_seconds?: readonly number[];
  readonly peak_memory_bytes: number;
}
