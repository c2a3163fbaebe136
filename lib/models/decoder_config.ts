import type { RotaryScaling } from "../nn/rotary.ts";
import type { ConfigFields } from "./config_fields.ts";
import type { Activation, DecoderType, LlamaConfig } from "./llama_config.ts";
import type { Projection } from "./llama_layer.ts";
import type { LlamaParts } from "./read_llama.ts";

/**
 * What config.json says of a decoder.
 *
 * @throws UsageError where a field is missing, or asks for what this library does not do
 */
export function decoderConfig(fields: ConfigFields, type: DecoderType): LlamaConfig {
  const hidden_size = fields.count("hidden_size");
  const num_attention_heads = fields.count("num_attention_heads");
  const head_dim = fields.count("head_dim", hidden_size / num_attention_heads);
  const num_key_value_heads = fields.count("num_key_value_heads", num_attention_heads);
  checkHeads(fields, { num_attention_heads, num_key_value_heads, head_dim });
  if (fields.has("quantization_config")) {
    throw fields.refusal(
      "quantization_config",
      "none: choose the model's repository with unquantized weights",
    );
  }
  if (fields.flag("use_bidirectional_attention", false)) {
    throw fields.refusal("use_bidirectional_attention", "false: a decoder looks at earlier tokens alone");
  }
  const rope_scaling = rotaryScaling(fields);
  const sliding_window = slidingWindow(fields, type);
  return {
    model_type: type,
    vocab_size: fields.count("vocab_size"),
    hidden_size,
    intermediate_size: fields.count("intermediate_size"),
    num_hidden_layers: fields.count("num_hidden_layers"),
    num_attention_heads,
    num_key_value_heads,
    head_dim,
    max_position_embeddings: fields.count("max_position_embeddings"),
    rope_theta: rotaryFields(fields).number("rope_theta", fields.number("rope_theta", 10000)),
    rms_norm_eps: fields.number("rms_norm_eps"),
    hidden_act: activation(fields, type),
    ...rope_scaling && { rope_scaling },
    ...sliding_window && { sliding_window },
    ...type === "gemma" && { embedding_scale: Math.sqrt(hidden_size), norm_offset: 1 },
  };
}

/** Which parts of its weights a decoder has. */
export function decoderParts(fields: ConfigFields, type: DecoderType): LlamaParts {
  const attention: Projection[] = fields.flag("attention_bias", false)
    ? ["q_proj", "k_proj", "v_proj", "o_proj"]
    : type === "qwen2"
    ? ["q_proj", "k_proj", "v_proj"]
    : [];
  const feedForward: Projection[] = fields.flag("mlp_bias", false)
    ? ["gate_proj", "up_proj", "down_proj"]
    : [];
  return {
    tied: fields.flag("tie_word_embeddings", type === "gemma"),
    biased: [...attention, ...feedForward],
  };
}

function checkHeads(
  fields: ConfigFields,
  { num_attention_heads, num_key_value_heads, head_dim }: Pick<
    LlamaConfig,
    "num_attention_heads" | "num_key_value_heads" | "head_dim"
  >,
): void {
  if (head_dim % 2 !== 0) {
    throw fields.refusal("head_dim", `an even number, as rotary positions need it; it comes to ${head_dim}`);
  }
  if (num_attention_heads % num_key_value_heads !== 0) {
    throw fields.refusal("num_key_value_heads", `a divisor of num_attention_heads = ${num_attention_heads}`);
  }
}

/** Gemma's releases say `gelu` and mean the tanh form, which `hidden_activation` tells where it is there. */
function activation(fields: ConfigFields, type: DecoderType): Activation {
  const name = type === "gemma" && fields.has("hidden_activation") ? "hidden_activation" : "hidden_act";
  const given = fields.text(name, type === "gemma" ? "gelu_pytorch_tanh" : "silu");
  const names = type === "gemma" ? ["gelu", "gelu_pytorch_tanh"] : ["silu"];
  if (!names.includes(given)) throw fields.refusal(name, `${names.join(" or ")} for ${type}`);
  return type === "gemma" ? "gelu_pytorch_tanh" : "silu";
}

function slidingWindow(fields: ConfigFields, type: DecoderType): number | null {
  if (fields.flag("use_sliding_window", false)) {
    throw fields.refusal(
      "use_sliding_window",
      "false: layers with and without a window in one model are not done",
    );
  }
  return type === "mistral" && fields.has("sliding_window") ? fields.count("sliding_window") : null;
}

/** Where the fields of rotary positions are: transformers wrote `rope_scaling` before its version 5. */
function rotaryFields(fields: ConfigFields): ConfigFields {
  return fields.object(fields.has("rope_parameters") ? "rope_parameters" : "rope_scaling");
}

function rotaryScaling(fields: ConfigFields): RotaryScaling | null {
  const rope = rotaryFields(fields);
  for (const place of [fields, rope]) {
    if (place.number("partial_rotary_factor", 1) !== 1) {
      throw place.refusal("partial_rotary_factor", "1: whole heads are turned");
    }
  }
  const key = rope.has("rope_type") ? "rope_type" : "type";
  const rope_type = rope.text(key, "default");
  if (rope_type === "default") return null;
  const factor = () => rope.number("factor");
  if (rope_type === "linear") return { rope_type, factor: factor() };
  if (rope_type === "llama3") {
    return {
      rope_type,
      factor: factor(),
      low_freq_factor: rope.number("low_freq_factor"),
      high_freq_factor: rope.number("high_freq_factor"),
      original_max_position_embeddings: rope.count("original_max_position_embeddings"),
    };
  }
  throw rope.refusal(
    key,
    "default, linear or llama3: other scalings of rotary positions are not done; choose another model",
  );
}
