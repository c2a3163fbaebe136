import { type Activation, findActivation } from "../nn/activation.ts";
import type { BucketLayout } from "../nn/relative_buckets.ts";
import type { ConfigFields } from "./config_fields.ts";

/** The shape of a DeBERTa-v2 or v3, in transformers' names. */
export interface DebertaConfig {
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly layer_norm_eps: number;
  readonly hidden_act: Activation;
  /** Whether the embeddings of relative positions are normalised. */
  readonly norm_rel_ebd: boolean;
  /** From `position_buckets` and `max_relative_positions`. */
  readonly buckets: BucketLayout;
}

/**
 * Reads a configuration.
 *
 * @throws UsageError for a field that is absent or damaged, and for what v3 does not have: attention without one of its three
 *   terms, maps of their own for positions, absolute positions, types of texts, v2's convolution
 */
export function debertaConfig(fields: ConfigFields): DebertaConfig {
  requireRelative(fields);
  const hidden_size = fields.count("hidden_size");
  const num_attention_heads = fields.count("num_attention_heads");
  if (hidden_size % num_attention_heads !== 0) {
    throw fields.refusal("num_attention_heads", `a divisor of hidden_size = ${hidden_size}`);
  }
  const maxDistance = fields.number("max_relative_positions", -1);
  const buckets = fields.number("position_buckets", -1);
  return {
    vocab_size: fields.count("vocab_size"),
    hidden_size,
    intermediate_size: fields.count("intermediate_size"),
    num_hidden_layers: fields.count("num_hidden_layers"),
    num_attention_heads,
    layer_norm_eps: fields.number("layer_norm_eps", 1e-7),
    hidden_act: findActivation(fields.text("hidden_act", "gelu")),
    norm_rel_ebd: fields.text("norm_rel_ebd", "none").includes("layer_norm"),
    buckets: {
      buckets: buckets > 0 ? buckets : null,
      maxDistance: maxDistance > 0 ? maxDistance : fields.count("max_position_embeddings"),
    },
  };
}

function requireRelative(fields: ConfigFields): void {
  for (const [name, { expected, otherwise }] of Object.entries(flags)) {
    if (fields.flag(name, otherwise) !== expected) {
      throw fields.refusal(name, `${expected}, as in DeBERTa-v3`);
    }
  }
  for (const [name, what] of Object.entries(additions)) {
    if (fields.number(name, 0) > 0) throw fields.refusal(name, `0: ${what} not done; choose a DeBERTa-v3`);
  }
  const terms = fields.texts("pos_att_type", []).flatMap((text) => text.split("|"));
  if (terms.toSorted().join() !== "c2p,p2c") {
    throw fields.refusal("pos_att_type", '["p2c", "c2p"], as in DeBERTa-v3');
  }
}

/** What must be so, and what transformers takes where nothing is said. */
const flags = {
  relative_attention: { expected: true, otherwise: false },
  share_att_key: { expected: true, otherwise: false },
  position_biased_input: { expected: false, otherwise: true },
};

/** What must not be there. */
const additions = { conv_kernel_size: "the convolution of v2 is", type_vocab_size: "types of texts are" };
