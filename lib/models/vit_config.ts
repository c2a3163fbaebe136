import { type Activation, findActivation } from "../nn/activation.ts";
import type { ConfigFields } from "./config_fields.ts";

/** The shape of a ViT, in transformers' names. */
export interface VitConfig {
  readonly image_size: readonly [height: number, width: number];
  readonly patch_size: number;
  readonly num_channels: number;
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly layer_norm_eps: number;
  readonly hidden_act: Activation;
  /** Whether queries, keys and values have a bias. */
  readonly qkv_bias: boolean;
}

/**
 * Reads a configuration.
 *
 * @throws UsageError for a field that is absent or damaged, and for patches that are not square
 */
export function vitConfig(fields: ConfigFields): VitConfig {
  const [patchHeight, patchWidth] = fields.pair("patch_size");
  if (patchHeight !== patchWidth) throw fields.refusal("patch_size", "square patches");
  return {
    image_size: fields.pair("image_size"),
    patch_size: patchHeight,
    num_channels: fields.count("num_channels", 3),
    hidden_size: fields.count("hidden_size"),
    intermediate_size: fields.count("intermediate_size"),
    num_hidden_layers: fields.count("num_hidden_layers"),
    num_attention_heads: fields.count("num_attention_heads"),
    layer_norm_eps: fields.number("layer_norm_eps", 1e-12),
    hidden_act: findActivation(fields.text("hidden_act", "gelu")),
    qkv_bias: fields.flag("qkv_bias", true),
  };
}
