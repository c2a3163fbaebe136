import { type Activation, findActivation } from "../nn/activation.ts";
import type { ConfigFields } from "./config_fields.ts";

/** The shape of a BERT or RoBERTa, in transformers' names. */
export interface BertConfig {
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly max_position_embeddings: number;
  readonly type_vocab_size: number;
  readonly layer_norm_eps: number;
  readonly hidden_act: Activation;
  /** The row of the position table for the first token: 0, or for RoBERTa the padding's id + 1. */
  readonly first_position: number;
}

/**
 * Reads a configuration.
 *
 * @throws UsageError for a field that is absent or damaged, and for positions that are not absolute
 */
export function bertConfig(fields: ConfigFields, type: "bert" | "roberta"): BertConfig {
  if (fields.text("position_embedding_type", "absolute") !== "absolute") {
    throw fields.refusal("position_embedding_type", "absolute positions");
  }
  if (fields.flag("is_decoder", false)) throw fields.refusal("is_decoder", "an encoder, so false");
  return {
    vocab_size: fields.count("vocab_size"),
    hidden_size: fields.count("hidden_size"),
    intermediate_size: fields.count("intermediate_size"),
    num_hidden_layers: fields.count("num_hidden_layers"),
    num_attention_heads: fields.count("num_attention_heads"),
    max_position_embeddings: fields.count("max_position_embeddings"),
    type_vocab_size: fields.count("type_vocab_size", 2),
    layer_norm_eps: fields.number("layer_norm_eps", 1e-12),
    hidden_act: findActivation(fields.text("hidden_act", "gelu")),
    first_position: type === "roberta" ? fields.number("pad_token_id", 1) + 1 : 0,
  };
}
