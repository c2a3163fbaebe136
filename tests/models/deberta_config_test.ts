import assert from "node:assert/strict";
import { ConfigFields } from "../../lib/models/config_fields.ts";
import { debertaConfig } from "../../lib/models/deberta_config.ts";

/** What config.json of microsoft/deberta-v3-base says of the encoder. */
const base = {
  model_type: "deberta-v2",
  attention_probs_dropout_prob: 0.1,
  hidden_act: "gelu",
  hidden_dropout_prob: 0.1,
  hidden_size: 768,
  initializer_range: 0.02,
  intermediate_size: 3072,
  max_position_embeddings: 512,
  relative_attention: true,
  position_buckets: 256,
  norm_rel_ebd: "layer_norm",
  share_att_key: true,
  pos_att_type: "p2c|c2p",
  layer_norm_eps: 1e-7,
  max_relative_positions: -1,
  position_biased_input: false,
  num_attention_heads: 12,
  num_hidden_layers: 12,
  type_vocab_size: 0,
  vocab_size: 128100,
};
const read = (changes: object) => debertaConfig(new ConfigFields("config.json", { ...base, ...changes }));

Deno.test("debertaConfig reads v3's configuration, with pos_att_type as one text or as a list", () => {
  const expected = {
    vocab_size: 128100,
    hidden_size: 768,
    intermediate_size: 3072,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    layer_norm_eps: 1e-7,
    hidden_act: "gelu",
    norm_rel_ebd: true,
    buckets: { buckets: 256, maxDistance: 512 },
  };
  assert.deepEqual(read({}), expected);
  assert.deepEqual(read({ pos_att_type: ["c2p", "p2c"] }), expected);
  const plain = { position_buckets: -1, max_relative_positions: 128, norm_rel_ebd: "none" };
  const { buckets, norm_rel_ebd } = read(plain);
  assert.deepEqual({ buckets, norm_rel_ebd }, {
    buckets: { buckets: null, maxDistance: 128 },
    norm_rel_ebd: false,
  });
});

for (
  const [changes, message] of [
    [{ conv_kernel_size: 3 }, /conv_kernel_size is 3; expected 0: the convolution of v2 is not done; choose/],
    [{ type_vocab_size: 2 }, /type_vocab_size is 2; expected 0/],
    [{ share_att_key: false }, /share_att_key is false; expected true/],
    [{ relative_attention: null }, /relative_attention is null; expected true/],
    [{ position_biased_input: null }, /position_biased_input is null; expected false/],
    [{ pos_att_type: "c2p" }, /pos_att_type is "c2p"; expected \["p2c", "c2p"\]/],
    [{ pos_att_type: [] }, /pos_att_type is \[\]/],
    [{ num_attention_heads: 7 }, /num_attention_heads is 7; expected a divisor of hidden_size = 768/],
    [{ hidden_act: "swish" }, /"swish" is not computed/],
  ] as const
) {
  Deno.test(`debertaConfig refuses ${JSON.stringify(changes)}`, () => {
    assert.throws(() => read(changes), message);
  });
}
