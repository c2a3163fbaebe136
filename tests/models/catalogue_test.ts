import assert from "node:assert/strict";
import { catalogue } from "../../lib/models/catalogue.ts";
import { ConfigFields } from "../../lib/models/config_fields.ts";
import { decoderConfig, decoderParts } from "../../lib/models/decoder_config.ts";
import type { DecoderType } from "../../lib/models/llama_config.ts";
import { projections, projectionShape } from "../../lib/models/llama_layer.ts";

/** Type, whether the output map is tied, and the shape, as the papers and model cards of the decoders tell them. */
const shapes: Record<string, readonly [DecoderType, boolean, Record<string, number>]> = {
  "qwen2-0.5b": ["qwen2", true, shape(151936, 896, 4864, 24, 14, 2)],
  "tinyllama-1.1b-chat": ["llama", false, shape(32000, 2048, 5632, 22, 32, 4)],
  "llama-3.2-1b": ["llama", true, shape(128256, 2048, 8192, 16, 32, 8)],
  "llama-2-7b": ["llama", false, shape(32000, 4096, 11008, 32, 32, 32)],
  "mistral-7b": ["mistral", false, shape(32000, 4096, 14336, 32, 32, 8)],
  "llama-3-8b": ["llama", false, shape(128256, 4096, 14336, 32, 32, 8)],
  "gemma-7b": ["gemma", true, { ...shape(256000, 3072, 24576, 28, 16, 16), head_dim: 256 }],
};

function shape(
  ...[
    vocab_size,
    hidden_size,
    intermediate_size,
    num_hidden_layers,
    num_attention_heads,
    num_key_value_heads,
  ]: number[]
) {
  return {
    ...{
      vocab_size,
      hidden_size,
      intermediate_size,
      num_hidden_layers,
      num_attention_heads,
      num_key_value_heads,
    },
    ...{ max_position_embeddings: 4096, rms_norm_eps: 1e-6 },
  } as Record<string, number>;
}

for (const [name, [type, tied, fields]] of Object.entries(shapes)) {
  Deno.test(`catalogue: the parameters of ${name} are those of its shape`, () => {
    const config = new ConfigFields("config.json", { ...fields, tie_word_embeddings: tied });
    const { vocab_size, hidden_size, num_hidden_layers, ...rest } = decoderConfig(config, type);
    const all = { vocab_size, hidden_size, num_hidden_layers, ...rest };
    const { biased } = decoderParts(config, type);
    let layer = 2 * hidden_size;
    for (const projection of projections) {
      const [m, n] = projectionShape(all, projection);
      layer += m * n + (biased.includes(projection) ? m : 0);
    }
    const tables = (tied ? 1 : 2) * vocab_size * hidden_size;
    const entry = catalogue.find((entry) => entry.name === name)!;
    assert.equal(entry.parameters, tables + num_hidden_layers * layer + hidden_size);
    assert.equal(entry.bytes, 2 * entry.parameters);
  });
}

Deno.test("catalogue: names differ, and each has a repository, a revision, a licence and sizes", () => {
  assert.equal(new Set(catalogue.map(({ name }) => name)).size, catalogue.length);
  for (const { name, hub, licence, parameters, bytes } of catalogue) {
    assert.match(hub.repo, /^[\w-]+\/[\w.-]+$/, name);
    assert.ok(hub.revision && licence && parameters > 0 && bytes > 0, name);
  }
});
