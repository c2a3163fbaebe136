import { type Gguf, openGguf } from "../formats/gguf.ts";
import { metadataNumber, metadataString } from "../formats/gguf_metadata.ts";
import { tokenizerFromGguf } from "../text/gguf_tokenizer.ts";
import { UsageError } from "../usage_error.ts";
import { ggufName, ggufProjection, halvesTogether, isInterleaved } from "./gguf_llama.ts";
import { Llama } from "./llama.ts";
import type { LlamaConfig } from "./llama_config.ts";
import type { LoadOptions } from "./load_options.ts";
import { readLlama } from "./read_llama.ts";
import { shapedPieces, type WeightSource } from "./weight_source.ts";
import { WeightsDigest } from "./weights_digest.ts";

/**
 * Loads a LLaMA-family model from a GGUF file with its tokenizer.
 *
 * @throws UsageError for a damaged file, another architecture, a shape that does not fit the configuration, or weights that
 *   cannot be kept as asked
 */
export async function loadGguf(path: string, name: string, options: LoadOptions = {}): Promise<Llama> {
  await using file = await openGguf(path);
  const config = readConfig(file);
  const tokenizer = tokenizerFromGguf(file.metadata);
  const digest = new WeightsDigest([path]);
  const source = transformersNames(file, config);
  const parts = { tied: !file.tensors.has("output.weight"), biased: [] };
  return new Llama(name, config, tokenizer, digest, await readLlama(source, config, parts, options));
}

function readConfig(file: Gguf): LlamaConfig {
  const architecture = metadataString(file.metadata, "general.architecture");
  if (architecture !== "llama" || file.tensors.has("rope_freqs.weight")) {
    const what = architecture === "llama" ? "llama with scaled rotary positions" : architecture;
    throw new UsageError(
      `${file.path} holds a model of architecture ${what}; LLaMA-family models with plain rotary positions are read`,
    );
  }
  const number = (key: string) => metadataNumber(file.metadata, `llama.${key}`);
  const heads = number("attention.head_count");
  const hidden = number("embedding_length");
  return {
    vocab_size: file.tensors.get("token_embd.weight")?.shape[0] ?? 0,
    hidden_size: hidden,
    intermediate_size: number("feed_forward_length"),
    num_hidden_layers: number("block_count"),
    num_attention_heads: heads,
    num_key_value_heads: number("attention.head_count_kv"),
    head_dim: hidden / heads,
    max_position_embeddings: number("context_length"),
    rope_theta: number("rope.freq_base"),
    rms_norm_eps: number("attention.layer_norm_rms_epsilon"),
  };
}

/** The file's tensors under transformers' names, with rows in transformers' order. */
function transformersNames(file: Gguf, config: LlamaConfig): WeightSource {
  let spare = new Float32Array(0);
  async function* wholeHeads(name: string, shape: readonly number[]) {
    for await (const heads of shapedPieces(file, name, shape, config.head_dim)) {
      if (spare.length < heads.length) spare = new Float32Array(heads.length);
      yield halvesTogether(heads, shape[1]!, config.head_dim, spare.subarray(0, heads.length));
    }
  }
  return {
    size: file.tensors.size,
    pieces(name, shape) {
      const projection = ggufProjection(name);
      return projection && isInterleaved(projection, config)
        ? wholeHeads(ggufName(name), shape)
        : shapedPieces(file, ggufName(name), shape);
    },
  };
}
