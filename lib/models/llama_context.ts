import { causalMask, slotMask } from "../nn/attention_mask.ts";
import { rotaryTable } from "../nn/rotary.ts";
import type { KeyValueCache } from "./key_value_cache.ts";
import type { LlamaConfig } from "./llama_config.ts";
import type { LayerContext } from "./llama_layer.ts";

/**
 * What the layers share in a pass over sequences of one length.
 *
 * @param padding tokens of padding before each sequence
 * @param queries tokens of each sequence in this pass, padding included
 * @param cache the tokens before them
 * @param starts where several examples share a row, the place of each token's own first one (batch · queries)
 * @returns tensors that the caller owns
 */
export function llamaContext(
  config: LlamaConfig,
  padding: readonly number[],
  queries: number,
  { cache = null, starts }: { cache?: KeyValueCache | null; starts?: Int32Array | undefined } = {},
): LayerContext {
  const { num_attention_heads: heads, num_key_value_heads: kvHeads, head_dim: headDim } = config;
  const { rope_theta: theta, rope_scaling: scaling, sliding_window: window = Infinity } = config;
  const groups = heads / kvHeads;
  const batch = padding.length;
  const positions = padding.flatMap((pad, b) =>
    Array.from(
      { length: queries },
      (_, i) => Math.max(0, (cache?.lengths[b] ?? 0) + i - (starts?.[b * queries + i] ?? pad)),
    )
  );
  return {
    epsilon: config.rms_norm_eps,
    activation: config.hidden_act ?? "silu",
    precision: "float32",
    queries: { batch, kvHeads, groups, headDim },
    keys: { batch, kvHeads, groups: 1, headDim },
    queryRotary: rotaryTable(positions, { heads, headDim, theta, scaling }),
    keyRotary: rotaryTable(positions, { heads: kvHeads, headDim, theta, scaling }),
    mask: cache
      ? slotMask({ ...cache, queries, kvHeads, groups, window })
      : causalMask({ padding, queries, kvHeads, groups, window, starts }),
  };
}
