import * as tf from "@tensorflow/tfjs-core";
import { dispose, tidy } from "../tensor/tidy.ts";
import { causalMask } from "../nn/attention.ts";
import { crossEntropy } from "../nn/cross_entropy.ts";
import { dense } from "../nn/dense.ts";
import type { FactorGradients, Linear } from "../nn/linear.ts";
import { rmsNorm, rmsNormBackward } from "../nn/rms_norm.ts";
import { rotaryTable } from "../nn/rotary.ts";
import type { Batch } from "../text/batches.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import type { LlamaConfig } from "./llama_config.ts";
import {
  layerBackward,
  type LayerCache,
  type LayerContext,
  layerForward,
  type LayerSaved,
  type LlamaLayer,
  projections,
} from "./llama_layer.ts";

/** The weights of a model, all owned by it. */
export interface LlamaWeights {
  readonly embedding: tf.Tensor2D; // (vocabulary, d)
  /** The output map, often the embedding itself. */
  readonly head: tf.Tensor2D; // (vocabulary, d)
  readonly layers: readonly LlamaLayer[];
  readonly norm: tf.Tensor1D; // (d)
}

/** The tokens that a batch of sequences has seen, for the next call of {@linkcode Llama.extend}. */
export interface KeyValueCache {
  readonly layers: readonly LayerCache[];
  /** Tokens of padding before each sequence. */
  readonly padding: readonly number[];
  /** Tokens in the cache, padding included. */
  readonly length: number;
}

/** Loss and gradients of one batch. */
export interface LossAndGradients {
  /** Scalar, in nats. */
  readonly loss: tf.Scalar;
  /** For each linear map with trained factors, by its name. */
  readonly gradients: ReadonlyMap<string, FactorGradients>;
}

/**
 * A decoder of the LLaMA family (RMSNorm, rotary positions, grouped-query attention, SwiGLU) with a
 * hand-written backward pass for low-rank factors: the weights are frozen and no gradient is formed for them.
 */
export class Llama {
  /** Every linear map that can be adapted, by its dotted name, in the order of the layers. */
  readonly linears: ReadonlyMap<string, Linear>;

  /** @param digest SHA-256 of the file that the weights came from; adapters are bound to it */
  constructor(
    readonly name: string,
    readonly config: LlamaConfig,
    readonly tokenizer: Tokenizer,
    readonly digest: string,
    private readonly weights: LlamaWeights,
  ) {
    const linears = weights.layers.flatMap((layer) => projections.map((p) => layer.linears[p]));
    this.linears = new Map(linears.map((linear) => [linear.name, linear]));
  }

  /** Numbers in the frozen weights. */
  get parameters(): number {
    const norms = (2 * this.config.num_hidden_layers + 1) * this.config.hidden_size;
    const { embedding, head } = this.weights;
    let total = embedding.size + (head === embedding ? 0 : head.size) + norms;
    for (const linear of this.linears.values()) total += linear.weight.size;
    return total;
  }

  /**
   * Mean cross-entropy over the batch's targets and its gradient by the factors that train.
   * Activations are freed layer by layer on the way back.
   *
   * @param weight the share of each target in the loss; 1 / targets (the default) gives the mean
   */
  lossAndGradients(batch: Batch, weight = 1 / batch.targets.length): LossAndGradients {
    const context = this.#context(new Array(batch.size).fill(0), 0, batch.length);
    const gradients = new Map<string, FactorGradients>();
    const saved: LayerSaved[] = [];
    try {
      let h = this.#embed(batch.ids);
      for (const layer of this.weights.layers) {
        const { h: next, saved: kept } = tidy(() => {
          const { h: y, saved } = layerForward(layer, h, context, null);
          return { h: y, saved };
        });
        saved.push(kept);
        h = next;
      }
      const { loss, dh } = this.#head(h, batch, weight);
      h.dispose();
      let dy = dh;
      for (let i = saved.length - 1; i >= 0; i--) {
        const layer = this.weights.layers[i]!;
        const back = tidy(() => layerBackward(layer, dy, saved[i]!, context));
        dispose([dy, saved.pop()]);
        dy = back.dh;
        for (const p of projections) gradients.set(layer.linears[p].name, back.gradients[p]);
      }
      dy.dispose();
      return { loss, gradients };
    } finally {
      dispose([saved, context]);
    }
  }

  /** Mean cross-entropy over the batch's targets, without gradients. */
  loss(batch: Batch): tf.Scalar {
    return tidy(() => {
      const { h } = this.#hidden(
        batch.ids,
        this.#context(new Array(batch.size).fill(0), 0, batch.length),
        null,
      );
      return this.#head(h, batch, 1 / batch.targets.length).loss;
    });
  }

  /**
   * Logits of every token of sequences of one length: ids (batch, tokens) → (batch · tokens, vocabulary).
   *
   * @param ids row by row
   */
  logits(ids: Int32Array, batch: number): tf.Tensor2D {
    return tidy(() => {
      const context = this.#context(new Array(batch).fill(0), 0, ids.length / batch);
      const { h } = this.#hidden(ids, context, null);
      return this.#logits(h);
    });
  }

  /**
   * Reads the next tokens of each sequence and gives the logits after the last one.
   *
   * @param ids (batch · tokens), row by row; the first call pads sequences on the left
   * @param padding tokens of padding before each sequence, for the first call
   * @param cache what came before; it is consumed (its tensors are disposed)
   * @returns `logits` (batch, vocabulary), and the new cache, owned by the caller
   */
  extend(
    ids: Int32Array,
    { padding, cache }: { padding: readonly number[]; cache: null } | {
      padding?: undefined;
      cache: KeyValueCache;
    },
  ): { logits: tf.Tensor2D; cache: KeyValueCache } {
    const pads = cache?.padding ?? padding!;
    const past = cache?.length ?? 0;
    const queries = ids.length / pads.length;
    const result = tidy(() => {
      const context = this.#context(pads, past, queries);
      const { h, layers } = this.#hidden(ids, context, cache);
      const last = tf.reshape(h, [pads.length, queries, -1]);
      const ends = tf.reshape(tf.slice(last, [0, queries - 1, 0], [-1, 1, -1]), [pads.length, -1]);
      return { logits: this.#logits(ends as tf.Tensor2D), layers };
    });
    if (cache) disposeCache(cache);
    return { logits: result.logits, cache: { layers: result.layers, padding: pads, length: past + queries } };
  }

  dispose(): void {
    for (const linear of this.linears.values()) linear.dispose();
    const { embedding, head, norm, layers } = this.weights;
    dispose([embedding, head, norm, ...layers.flatMap((layer) => [layer.inputNorm, layer.attentionNorm])]);
  }

  #embed(ids: Int32Array): tf.Tensor2D {
    return tidy(() => tf.gather(this.weights.embedding, tf.tensor1d(ids, "int32")));
  }

  #hidden(
    ids: Int32Array,
    context: LayerContext,
    cache: KeyValueCache | null,
  ): { h: tf.Tensor2D; layers: LayerCache[] } {
    let h = this.#embed(ids);
    const layers = this.weights.layers.map((layer, i) => {
      const next = tidy(() => {
        const { h: y, cache: extended } = layerForward(layer, h, context, cache?.layers[i] ?? null);
        return { h: y, cache: extended };
      });
      h.dispose();
      h = next.h;
      return next.cache;
    });
    return { h, layers };
  }

  #logits(h: tf.Tensor2D): tf.Tensor2D {
    const { y } = rmsNorm(h, this.weights.norm, this.config.rms_norm_eps);
    return dense(y, this.weights.head);
  }

  /** The loss at the batch's target positions, and its gradient by the last hidden states (tokens, d). */
  #head(h: tf.Tensor2D, batch: Batch, weight: number): { loss: tf.Scalar; dh: tf.Tensor2D } {
    return tidy(() => {
      const positions = tf.tensor1d(batch.positions, "int32");
      const rows = tf.gather(h, positions); // (targets, d)
      const { y, inverse } = rmsNorm(rows, this.weights.norm, this.config.rms_norm_eps);
      const targets = tf.tensor1d(batch.targets, "int32");
      const { loss, dh } = crossEntropy(y, this.weights.head, targets, weight);
      const dRows = rmsNormBackward(dh, rows, inverse, this.weights.norm);
      const scattered = tf.scatterND(tf.expandDims(positions, 1), dRows, h.shape) as tf.Tensor2D;
      return { loss, dh: scattered };
    });
  }

  #context(padding: readonly number[], past: number, queries: number): LayerContext {
    const { num_attention_heads: heads, num_key_value_heads: kvHeads, head_dim: headDim } = this.config;
    const groups = heads / kvHeads;
    const batch = padding.length;
    const positions = padding.flatMap((pad) =>
      Array.from({ length: queries }, (_, i) => Math.max(0, past + i - pad))
    );
    const theta = this.config.rope_theta;
    return {
      epsilon: this.config.rms_norm_eps,
      queries: { batch, kvHeads, groups, headDim },
      keys: { batch, kvHeads, groups: 1, headDim },
      queryRotary: rotaryTable(positions, { heads, headDim, theta }),
      keyRotary: rotaryTable(positions, { heads: kvHeads, headDim, theta }),
      mask: causalMask({ padding, past, queries, kvHeads, groups }),
    };
  }
}

/** The cache of some of its sequences; the given cache is consumed. */
export function keepSequences(cache: KeyValueCache, rows: readonly number[]): KeyValueCache {
  const layers = tidy(() =>
    cache.layers.map(({ k, v }) => {
      const kvHeads = k.shape[0] / cache.padding.length;
      const heads = tf.tensor1d(
        rows.flatMap((row) => Array.from({ length: kvHeads }, (_, head) => row * kvHeads + head)),
        "int32",
      );
      return { k: tf.gather(k, heads), v: tf.gather(v, heads) };
    })
  );
  disposeCache(cache);
  return { layers, padding: rows.map((row) => cache.padding[row]!), length: cache.length };
}

/** Disposes the tensors of a cache that is not extended any further. */
export function disposeCache(cache: KeyValueCache): void {
  dispose(cache.layers);
}
