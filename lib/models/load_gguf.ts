import * as tf from "@tensorflow/tfjs-core";
import { sha256 } from "../formats/digest.ts";
import { type Gguf, openGguf } from "../formats/gguf.ts";
import { metadataNumber, metadataString } from "../formats/gguf_metadata.ts";
import { Linear } from "../nn/linear.ts";
import { makeResident } from "../tensor/resident.ts";
import { dispose } from "../tensor/tidy.ts";
import { tokenizerFromGguf } from "../text/tokenizer.ts";
import { UsageError } from "../usage_error.ts";
import { Llama, type LlamaWeights } from "./llama.ts";
import type { LlamaConfig } from "./llama_config.ts";
import { linearName, type LlamaLayer, type Projection, projections, projectionShape } from "./llama_layer.ts";

/** The names of llama.cpp for the linear maps that transformers names otherwise. */
const ggufNames: Readonly<Record<Projection, string>> = {
  q_proj: "attn_q",
  k_proj: "attn_k",
  v_proj: "attn_v",
  o_proj: "attn_output",
  gate_proj: "ffn_gate",
  up_proj: "ffn_up",
  down_proj: "ffn_down",
};

/**
 * Loads a LLaMA-family model from a GGUF file, dequantised to float32, with its tokenizer.
 *
 * @param onProgress told after each tensor
 * @throws UsageError for a damaged file, another architecture, or a shape that does not fit the configuration
 */
export async function loadGguf(
  path: string,
  name: string,
  onProgress?: (done: number, total: number) => void,
): Promise<Llama> {
  await using file = await openGguf(path);
  const config = readConfig(file);
  const tokenizer = tokenizerFromGguf(file.metadata);
  const reader = new WeightReader(file, config, onProgress);
  try {
    return new Llama(name, config, tokenizer, await sha256(path), await reader.weights());
  } catch (error) {
    dispose(reader.tensors);
    throw error;
  }
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

/** Reads the tensors of one file in the order of the model; those read so far are in `tensors`. */
class WeightReader {
  readonly tensors: tf.Tensor[] = [];
  readonly #total: number;

  constructor(
    readonly file: Gguf,
    readonly config: LlamaConfig,
    readonly onProgress: ((done: number, total: number) => void) | undefined,
  ) {
    this.#total = file.tensors.size;
  }

  async weights(): Promise<LlamaWeights> {
    const { vocab_size: vocabulary, hidden_size: d, num_hidden_layers } = this.config;
    const embedding = await this.#matrix("token_embd", vocabulary, d);
    const head = this.file.tensors.has("output.weight")
      ? await this.#matrix("output", vocabulary, d)
      : embedding;
    const layers: LlamaLayer[] = [];
    for (let i = 0; i < num_hidden_layers; i++) layers.push(await this.#layer(i));
    return { embedding, head, layers, norm: await this.#vector("output_norm", d) };
  }

  async #layer(index: number): Promise<LlamaLayer> {
    const { hidden_size: d } = this.config;
    const linears: Partial<Record<Projection, Linear>> = {};
    for (const projection of projections) {
      const [m, n] = projectionShape(this.config, projection);
      const headDim = projection === "q_proj" || projection === "k_proj" ? this.config.head_dim : null;
      const weight = await this.#matrix(`blk.${index}.${ggufNames[projection]}`, m, n, headDim);
      linears[projection] = new Linear(linearName(index, projection), weight);
    }
    return {
      linears: linears as Record<Projection, Linear>,
      inputNorm: await this.#vector(`blk.${index}.attn_norm`, d),
      attentionNorm: await this.#vector(`blk.${index}.ffn_norm`, d),
    };
  }

  async #matrix(name: string, m: number, n: number, headDim: number | null = null): Promise<tf.Tensor2D> {
    const values = await this.#read(name, [m, n]);
    return this.#keep(tf.tensor2d(headDim === null ? values : halvesTogether(values, n, headDim), [m, n]));
  }

  async #vector(name: string, size: number): Promise<tf.Tensor1D> {
    return this.#keep(tf.tensor1d(await this.#read(name, [size])));
  }

  async #read(name: string, shape: readonly number[]): Promise<Float32Array> {
    const found = this.file.tensors.get(`${name}.weight`)?.shape;
    if (found && found.join() !== shape.join()) {
      throw new UsageError(
        `${this.file.path}: ${name}.weight is [${found}], and the file's own configuration makes it [${shape}]`,
      );
    }
    return await this.file.read(`${name}.weight`);
  }

  #keep<T extends tf.Tensor>(values: T): T {
    const tensor = makeResident(values);
    this.tensors.push(tensor);
    this.onProgress?.(this.tensors.length, this.#total);
    return tensor;
  }
}

/**
 * The rows of a query or key weight in transformers' order. llama.cpp keeps the two numbers that rotary positions turn
 * together side by side; transformers keeps them half a head apart.
 *
 * @param values (heads · headDim, n), row by row
 */
function halvesTogether(values: Float32Array, n: number, headDim: number): Float32Array {
  const result = new Float32Array(values.length);
  const half = headDim / 2;
  for (let row = 0; row * n < values.length; row++) {
    const within = row % headDim;
    const target = row - within + (within % 2) * half + (within >> 1);
    result.set(values.subarray(row * n, (row + 1) * n), target * n);
  }
  return result;
}
