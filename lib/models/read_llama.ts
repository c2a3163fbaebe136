import * as tf from "@tensorflow/tfjs-core";
import { Linear } from "../nn/linear.ts";
import type { Weight, WeightStorage } from "../nn/weight.ts";
import { tensorOfPieces } from "../tensor/tensor_of_pieces.ts";
import { dispose } from "../tensor/tidy.ts";
import type { LlamaWeights } from "./llama.ts";
import type { LlamaConfig } from "./llama_config.ts";
import { linearName, type LlamaLayer, type Projection, projections, projectionShape } from "./llama_layer.ts";
import type { LoadOptions } from "./load_options.ts";
import { readWeight } from "./read_weight.ts";
import type { WeightSource } from "./weight_source.ts";

/** Which parts of a decoder's weights there are. */
export interface LlamaParts {
  /** Whether the output map is the embedding itself. */
  readonly tied: boolean;
  /** The linear maps with a bias. */
  readonly biased: readonly Projection[];
}

/**
 * Reads the weights of a decoder onto the backend in the order of the model; the caller owns them.
 *
 * @throws UsageError where one is absent or has another shape, or cannot be kept as asked; what was read is then disposed
 */
export async function readLlama(
  source: WeightSource,
  config: LlamaConfig,
  parts: LlamaParts,
  options: LoadOptions,
): Promise<LlamaWeights> {
  const reader = new Reader(source, config, parts, options);
  try {
    return await reader.weights();
  } catch (error) {
    dispose(reader.read);
    throw error;
  }
}

/** Holds what was read so far. */
class Reader {
  readonly read: (Weight | tf.Tensor)[] = [];
  readonly #storage: WeightStorage;

  constructor(
    readonly source: WeightSource,
    readonly config: LlamaConfig,
    readonly parts: LlamaParts,
    readonly options: LoadOptions,
  ) {
    this.#storage = options.weights ?? "float32";
  }

  async weights(): Promise<LlamaWeights> {
    const { vocab_size, hidden_size, num_hidden_layers } = this.config;
    const storage = this.#storage === "float32" ? "float32" : "bfloat16";
    const table = (name: string) => this.#weight(name, [vocab_size, hidden_size], storage);
    const embedding = await table("model.embed_tokens");
    const head = this.parts.tied ? embedding : await table("lm_head");
    const layers: LlamaLayer[] = [];
    for (let i = 0; i < num_hidden_layers; i++) layers.push(await this.#layer(i));
    return { embedding, head, layers, norm: await this.#norm("model.norm") };
  }

  async #layer(index: number): Promise<LlamaLayer> {
    const linears: Partial<Record<Projection, Linear>> = {};
    for (const projection of projections) {
      const name = linearName(index, projection);
      const shape = projectionShape(this.config, projection);
      const weight = await this.#weight(name, shape, this.#storage);
      const biased = this.parts.biased.includes(projection);
      const bias = biased ? await this.#vector(`${name}.bias`, shape[0]) : null;
      linears[projection] = new Linear(name, weight, bias);
    }
    return {
      linears: linears as Record<Projection, Linear>,
      inputNorm: await this.#norm(`model.layers.${index}.input_layernorm`),
      attentionNorm: await this.#norm(`model.layers.${index}.post_attention_layernorm`),
    };
  }

  async #weight(name: string, shape: readonly [number, number], storage: WeightStorage): Promise<Weight> {
    return this.#keep(await readWeight(this.source.pieces(`${name}.weight`, shape), shape, storage));
  }

  #norm(name: string): Promise<tf.Tensor1D> {
    return this.#vector(`${name}.weight`, this.config.hidden_size, this.config.norm_offset);
  }

  async #vector(name: string, size: number, offset = 0): Promise<tf.Tensor1D> {
    const values = await tensorOfPieces<tf.Rank.R1>(this.source.pieces(name, [size]), [size]);
    return this.#keep(offset === 0 ? values : plus(values, offset));
  }

  #keep<T extends Weight | tf.Tensor>(made: T): T {
    this.read.push(made);
    this.options.onProgress?.(this.read.length, this.source.size);
    return made;
  }
}

function plus(values: tf.Tensor1D, offset: number): tf.Tensor1D {
  const sum = tf.add(values, offset) as tf.Tensor1D;
  values.dispose();
  return sum;
}
