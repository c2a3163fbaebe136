import type { RotaryScaling } from "../nn/rotary.ts";

/** The model types whose decoders are of the LLaMA family. */
export type DecoderType = "llama" | "mistral" | "qwen2" | "gemma";

/** The shape of a decoder of the LLaMA family, in transformers' names. */
export interface LlamaConfig {
  /** By default `llama`. */
  readonly model_type?: DecoderType;
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads: number;
  readonly head_dim: number;
  readonly max_position_embeddings: number;
  readonly rope_theta: number;
  readonly rms_norm_eps: number;
  /** How positions beyond those of the first training are reached; by default as they are. */
  readonly rope_scaling?: RotaryScaling;
  /** Tokens that a query looks at, itself included; by default all before it. */
  readonly sliding_window?: number;
  /** Of the gate in the feed-forward part; by default `silu`. */
  readonly hidden_act?: Activation;
  /** By which embeddings are multiplied; by default 1. */
  readonly embedding_scale?: number;
  /** What the files leave off the weights of the norms; by default 0. */
  readonly norm_offset?: number;
}

/** The function of a gate, by transformers' name. */
export type Activation = "silu" | "gelu_pytorch_tanh";
