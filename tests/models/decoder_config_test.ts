import assert from "node:assert/strict";
import { ConfigFields } from "../../lib/models/config_fields.ts";
import { decoderConfig, decoderParts } from "../../lib/models/decoder_config.ts";
import type { DecoderType } from "../../lib/models/llama_config.ts";
import { UsageError } from "../../lib/usage_error.ts";

/** LLaMA-2-7B's config.json, as far as it is read: it has neither rope_theta nor head_dim. */
const llama2 = {
  vocab_size: 32000,
  hidden_size: 4096,
  intermediate_size: 11008,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 32,
  max_position_embeddings: 4096,
  rms_norm_eps: 1e-5,
  hidden_act: "silu",
  rope_scaling: null,
  tie_word_embeddings: false,
};
const fields = (changes: object = {}) => new ConfigFields("config.json", { ...llama2, ...changes });

Deno.test("decoderConfig: what older releases leave out is what transformers takes for it", () => {
  const { head_dim, rope_theta, ...rest } = decoderConfig(fields(), "llama");
  assert.deepEqual([head_dim, rope_theta], [128, 10000]);
  for (const absent of ["rope_scaling", "sliding_window", "embedding_scale", "norm_offset"]) {
    assert.ok(!(absent in rest), absent);
  }
  assert.deepEqual(decoderParts(fields(), "llama"), { tied: false, biased: [] });
  assert.deepEqual(decoderParts(fields(), "qwen2").biased, ["q_proj", "k_proj", "v_proj"]);
  assert.equal(decoderParts(fields({ tie_word_embeddings: null }), "gemma").tied, true);
});

Deno.test("decoderConfig: scaled rotary positions are read from the fields of transformers 4 and 5", () => {
  const scaling = {
    factor: 8,
    low_freq_factor: 1,
    high_freq_factor: 4,
    original_max_position_embeddings: 8192,
  };
  const expected = { rope_type: "llama3", ...scaling };
  const old = decoderConfig(fields({ rope_theta: 5e5, rope_scaling: expected }), "llama");
  const now = decoderConfig(fields({ rope_parameters: { ...expected, rope_theta: 5e5 } }), "llama");
  for (const { rope_theta, rope_scaling } of [old, now]) {
    assert.deepEqual([rope_theta, rope_scaling], [5e5, expected]);
  }
  const linear = decoderConfig(fields({ rope_scaling: { type: "linear", factor: 2 } }), "llama");
  assert.deepEqual(linear.rope_scaling, { rope_type: "linear", factor: 2 });
});

Deno.test("decoderConfig: Mistral's window may be absent; Qwen2's is a default that is not in use", () => {
  assert.equal(decoderConfig(fields({ sliding_window: 4096 }), "mistral").sliding_window, 4096);
  assert.equal(decoderConfig(fields({ sliding_window: null }), "mistral").sliding_window, undefined);
  const qwen2 = decoderConfig(fields({ sliding_window: 4096, use_sliding_window: false }), "qwen2");
  assert.equal(qwen2.sliding_window, undefined);
});

Deno.test("decoderConfig: Gemma's releases say gelu and mean the tanh form", () => {
  for (
    const changes of [{ hidden_act: "gelu" }, { hidden_act: "gelu", hidden_activation: "gelu_pytorch_tanh" }]
  ) {
    const config = decoderConfig(fields({ ...changes, head_dim: 256 }), "gemma");
    assert.deepEqual(
      [config.hidden_act, config.head_dim, config.embedding_scale, config.norm_offset],
      ["gelu_pytorch_tanh", 256, 64, 1],
    );
  }
});

const refusals: [DecoderType, object, RegExp][] = [
  ["llama", { hidden_size: undefined }, /hidden_size is absent; expected a whole number above 0: bring/],
  ["llama", { num_hidden_layers: "32" }, /num_hidden_layers is "32"; expected a whole number above 0/],
  [
    "llama",
    { num_key_value_heads: 5 },
    /num_key_value_heads is 5; expected a divisor of num_attention_heads = 32/,
  ],
  ["llama", { hidden_act: "relu" }, /hidden_act is "relu"; expected silu for llama/],
  [
    "llama",
    { rope_scaling: { type: "dynamic", factor: 2 } },
    /rope_scaling\.type is "dynamic"; expected default, linear/,
  ],
  [
    "llama",
    { rope_parameters: { rope_type: "yarn" } },
    /rope_parameters\.rope_type is "yarn"; expected .*llama3/,
  ],
  ["llama", { rope_scaling: { rope_type: "linear" } }, /rope_scaling\.factor is absent; expected a number/],
  ["llama", { partial_rotary_factor: 0.5 }, /partial_rotary_factor is 0.5; expected 1/],
  [
    "llama",
    { quantization_config: { bits: 4 } },
    /quantization_config is .*; expected none: choose .* unquantized/,
  ],
  [
    "qwen2",
    { use_sliding_window: true },
    /use_sliding_window is true; expected false: layers with and without/,
  ],
  ["gemma", { hidden_activation: "silu" }, /hidden_activation is "silu"; expected gelu or gelu_pytorch_tanh/],
  ["gemma", { use_bidirectional_attention: true }, /use_bidirectional_attention is true; expected false/],
];
for (const [type, changes, message] of refusals) {
  Deno.test(`decoderConfig: ${type} with ${JSON.stringify(changes)} is refused with the mend`, () => {
    assert.throws(() => decoderConfig(fields(changes), type), { name: UsageError.name, message });
  });
}
