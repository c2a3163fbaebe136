import * as tf from "@tensorflow/tfjs-core";
import type { Safetensors } from "../formats/safetensors_file.ts";
import { Linear } from "../nn/linear.ts";
import type { Weight, WeightStorage } from "../nn/weight.ts";
import { makeResident } from "../tensor/resident.ts";
import { tensorOfPieces } from "../tensor/tensor_of_pieces.ts";
import { dispose } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import type { NormWeights } from "./encoder_layer.ts";
import type { LoadOptions } from "./load_options.ts";
import type { HeadMap } from "./sequence_classifier.ts";
import { readWeight } from "./read_weight.ts";
import { shapedPieces } from "./weight_source.ts";

/** How earlier versions of transformers, and the files of the Hub, name what has another name today. */
const namesOfOld: readonly (readonly [today: RegExp, before: string])[] = [
  [/LayerNorm\.weight$/, "LayerNorm.gamma"],
  [/LayerNorm\.bias$/, "LayerNorm.beta"],
  [/\blayers\.(\d+)\.attention\.q_proj\b/, "encoder.layer.$1.attention.attention.query"],
  [/\blayers\.(\d+)\.attention\.k_proj\b/, "encoder.layer.$1.attention.attention.key"],
  [/\blayers\.(\d+)\.attention\.v_proj\b/, "encoder.layer.$1.attention.attention.value"],
  [/\blayers\.(\d+)\.attention\.o_proj\b/, "encoder.layer.$1.attention.output.dense"],
  [/\blayers\.(\d+)\.mlp\.fc1\b/, "encoder.layer.$1.intermediate.dense"],
  [/\blayers\.(\d+)\.mlp\.fc2\b/, "encoder.layer.$1.output.dense"],
  [/\blayers\.(\d+)\.layernorm_/, "encoder.layer.$1.layernorm_"],
];

function nameOfOld(name: string): string {
  return namesOfOld.reduce((old, [today, before]) => old.replace(today, before), name);
}

/** Of the normal distribution that transformers draws new weights from, unless the configuration says otherwise. */
const usualDeviation = 0.02;

/**
 * Reads the weights of an encoder onto the backend by their names in transformers, and holds those read so far. A file may lack
 * the prefix of the names, as one of a model without a head does, or have it where it is not asked for; and its names may be those
 * of old.
 */
export class EncoderReader {
  readonly #made: (Weight | tf.Tensor)[] = [];
  #read = 0;
  readonly #storage: WeightStorage;

  /**
   * @param body what transformers calls the encoder within a model with a head, such as `bert`
   * @param headed whether the names of the maps begin with it
   */
  constructor(
    readonly file: Safetensors,
    readonly body: string,
    readonly headed: boolean,
    readonly options: LoadOptions,
  ) {
    this.#storage = options.weights ?? "float32";
  }

  /** The name of a part of the encoder as its maps bear it. */
  nameOf(part: string): string {
    return this.headed ? `${this.body}.${part}` : part;
  }

  /** A linear map (m, n) of the encoder. */
  async linear(part: string, shape: readonly [number, number], biased = true): Promise<Linear> {
    return await this.#linear(this.nameOf(part), shape, biased);
  }

  /** A LayerNorm (d) of the encoder. */
  async norm(part: string, size: number): Promise<NormWeights> {
    return {
      weight: await this.vector(`${part}.weight`, size),
      bias: await this.vector(`${part}.bias`, size),
    };
  }

  async vector(part: string, size: number): Promise<tf.Tensor1D> {
    return this.#keep(await this.#vector(this.nameOf(part), size));
  }

  /** A table of embeddings (rows, d), of which few rows are used at a time. */
  async table(part: string, shape: readonly [number, number]): Promise<Weight> {
    const storage = this.#storage === "float32" ? "float32" : "bfloat16";
    return this.#keep(await this.#weight(this.nameOf(part), shape, storage));
  }

  /** A small matrix, always in float32. */
  async matrix(part: string, shape: readonly [number, number]): Promise<tf.Tensor2D> {
    return this.#keep(await this.#weight(this.nameOf(part), shape, "float32") as tf.Tensor2D);
  }

  /** A tensor of any shape, in float32 and in another form. */
  async tensor<T extends tf.Tensor>(
    part: string,
    shape: readonly number[],
    form: (x: tf.Tensor) => T,
  ): Promise<T> {
    const read = await tensorOfPieces(this.#pieces(this.nameOf(part), shape), [...shape]);
    const formed = form(read);
    read.dispose();
    return this.#keep(formed);
  }

  /**
   * A linear map (m, n) of the head. Where the file has none of this shape it is a new one: 0 in the model itself, and drawn from
   * a normal distribution by the adapter beside which it trains.
   *
   * @param name as a whole
   */
  async head(name: string, shape: readonly [number, number], deviation = usualDeviation): Promise<HeadMap> {
    const found = this.file.tensors.get(this.#resolve(`${name}.weight`) ?? "")?.shape;
    if (found?.join() === shape.join()) {
      return { linear: await this.#linear(name, shape, true), deviation: 0 };
    }
    const zeros = makeResident(tf.zeros<tf.Rank.R2>(shape as [number, number]));
    const bias = tf.zeros<tf.Rank.R1>([shape[0]]);
    this.#made.push(zeros, bias);
    return { linear: new Linear(name, zeros, bias), deviation };
  }

  /** A model of what `read` reads; where that fails, all that was read until then is freed. */
  async whole<Model>(read: () => Promise<Model>): Promise<Model> {
    try {
      return await read();
    } catch (error) {
      dispose(this.#made);
      throw error;
    }
  }

  async #linear(name: string, shape: readonly [number, number], biased: boolean): Promise<Linear> {
    const weight = this.#keep(await this.#weight(name, shape, this.#storage));
    const bias = biased ? this.#keep(await this.#vector(`${name}.bias`, shape[0])) : null;
    return new Linear(name, weight, bias);
  }

  #weight(name: string, shape: readonly [number, number], storage: WeightStorage): Promise<Weight> {
    return readWeight(this.#pieces(`${name}.weight`, shape), shape, storage);
  }

  #vector(name: string, size: number): Promise<tf.Tensor1D> {
    return tensorOfPieces<tf.Rank.R1>(this.#pieces(name, [size]), [size]);
  }

  #pieces(name: string, shape: readonly number[]): AsyncIterable<Float32Array> {
    const found = this.#resolve(name);
    if (found) return shapedPieces(this.file, found, shape);
    throw new UsageError(`${this.file.path} has no tensor ${name}; bring the file and its config.json again`);
  }

  /** The name in the file: with the encoder's prefix or without it, as it is or as of old. */
  #resolve(name: string): string | undefined {
    const prefix = `${this.body}.`;
    const other = name.startsWith(prefix) ? name.slice(prefix.length) : prefix + name;
    const here = (n: string) => this.file.tensors.has(n);
    return [name, other].find(here) ?? [name, other].map(nameOfOld).find(here);
  }

  #keep<T extends Weight | tf.Tensor>(made: T): T {
    this.#made.push(made);
    this.options.onProgress?.(++this.#read, this.file.tensors.size);
    return made;
  }
}
