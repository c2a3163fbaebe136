import * as tf from "@tensorflow/tfjs-core";
import { dispose, tidy } from "../tensor/tidy.ts";
import { crossEntropy } from "../nn/cross_entropy.ts";
import type { FactorGradients } from "../nn/factors.ts";
import type { Linear } from "../nn/linear.ts";
import { rmsNorm, rmsNormBackward } from "../nn/rms_norm.ts";
import { gatherRows, unpack, type Weight } from "../nn/weight.ts";
import type { Batch } from "../text/batches.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { logits, promptPrograms, stepPrograms, wholeBlocks } from "./decode_programs.ts";
import { extendCache, type KeyValueCache, startCache } from "./key_value_cache.ts";
import { layerPrograms } from "./layer_programs.ts";
import type { LlamaConfig } from "./llama_config.ts";
import { llamaContext } from "./llama_context.ts";
import { layerForward, layerOperands, type LayerSaved, type LlamaLayer, projections } from "./llama_layer.ts";
import type { LossAndGradients, PassOptions } from "./loss_and_gradients.ts";

/** The weights of a model, all owned by it. */
export interface LlamaWeights {
  readonly embedding: Weight; // (vocabulary, d)
  /** The output map, often the embedding itself. */
  readonly head: Weight; // (vocabulary, d)
  readonly layers: readonly LlamaLayer[];
  readonly norm: tf.Tensor1D; // (d)
}

/**
 * A decoder of the LLaMA family (RMSNorm, rotary positions, grouped-query attention, a gated feed-forward part) with a
 * hand-written backward pass for low-rank factors: the weights are frozen and no gradient is formed for them.
 */
export class Llama {
  /** Every linear map that can be adapted, by its dotted name, in the order of the layers. */
  readonly linears: ReadonlyMap<string, Linear>;

  /** @param digest SHA-256 of the files that the weights came from, to be awaited; adapters are bound to it */
  constructor(
    readonly name: string,
    readonly config: LlamaConfig,
    readonly tokenizer: Tokenizer,
    readonly digest: string | PromiseLike<string>,
    private readonly weights: LlamaWeights,
  ) {
    const linears = weights.layers.flatMap((layer) => projections.map((p) => layer.linears[p]));
    this.linears = new Map(linears.map((linear) => [linear.name, linear]));
  }

  /** Numbers in the frozen weights. */
  get parameters(): number {
    const norms = (2 * this.config.num_hidden_layers + 1) * this.config.hidden_size;
    const { embedding, head } = this.weights;
    const table = embedding.shape[0] * embedding.shape[1];
    let total = (head === embedding ? 1 : 2) * table + norms;
    for (const linear of this.linears.values()) total += linear.parameters;
    return total;
  }

  /**
   * All tensors by their names in transformers, as they are at the moment: with updates that are merged, without those beside
   * the weights. They stay the model's own.
   */
  get tensors(): ReadonlyMap<string, Weight | tf.Tensor1D> {
    const { embedding, head, layers, norm } = this.weights;
    const tensors = new Map<string, Weight | tf.Tensor1D>([["model.embed_tokens.weight", embedding]]);
    layers.forEach(({ linears, inputNorm, attentionNorm }, i) => {
      for (const projection of projections) {
        const { name, bias, operands: { weight } } = linears[projection];
        tensors.set(`${name}.weight`, weight);
        if (bias) tensors.set(`${name}.bias`, bias);
      }
      tensors.set(`model.layers.${i}.input_layernorm.weight`, inputNorm);
      tensors.set(`model.layers.${i}.post_attention_layernorm.weight`, attentionNorm);
    });
    tensors.set("model.norm.weight", norm);
    if (head !== embedding) tensors.set("lm_head.weight", head);
    return tensors;
  }

  /**
   * Mean cross-entropy over the batch's targets and its gradient by the factors that train.
   * Activations are freed layer by layer on the way back.
   *
   * @param weight the share of each target in the loss; 1 / targets (the default) gives the mean
   * @throws UsageError for a precision that the backend does not have
   */
  lossAndGradients(
    batch: Batch,
    weight = 1 / batch.targets.length,
    { recompute = false, precision = "float32" }: PassOptions = {},
  ): LossAndGradients {
    const programs = layerPrograms(this.config, batch.ids.length, precision);
    const whole = llamaContext(this.config, new Array(batch.size).fill(0), batch.length, {
      starts: batch.starts,
    });
    const context = { ...whole, precision };
    const gradients = new Map<string, FactorGradients>();
    const inputs: tf.Tensor2D[] = [];
    const saved: (LayerSaved | null)[] = [];
    try {
      let h = this.#embed(batch.ids);
      for (const layer of this.weights.layers) {
        inputs.push(h);
        const next = tidy(() =>
          recompute
            ? { h: programs.infer(layerOperands(layer), h, context), saved: null }
            : programs.forward(layerOperands(layer), h, context)
        );
        saved.push(next.saved);
        h = next.h;
      }
      const { loss, dh } = this.#head(h, batch, weight);
      h.dispose();
      let dy = dh;
      for (const layer of this.weights.layers.toReversed()) {
        const [h, kept] = [inputs.pop()!, saved.pop()!];
        const back = tidy(() =>
          kept
            ? programs.backward(layerOperands(layer), h, dy, kept, context)
            : programs.backwardAnew(layerOperands(layer), h, dy, context)
        );
        dispose([dy, h, kept]);
        dy = back.dh;
        for (const p of projections) gradients.set(layer.linears[p].name, back.gradients[p]);
      }
      dy.dispose();
      return { loss, gradients };
    } finally {
      dispose([inputs, saved, context]);
    }
  }

  /** Mean cross-entropy over the batch's targets, without gradients. */
  loss(batch: Batch): tf.Scalar {
    return tidy(() => {
      const context = llamaContext(this.config, new Array(batch.size).fill(0), batch.length, {
        starts: batch.starts,
      });
      const { infer } = layerPrograms(this.config, batch.ids.length);
      let h = this.#embed(batch.ids);
      for (const layer of this.weights.layers) {
        const next = tidy(() => infer(layerOperands(layer), h, context));
        h.dispose();
        h = next;
      }
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
      const context = llamaContext(this.config, new Array(batch).fill(0), ids.length / batch);
      let h = this.#embed(ids);
      for (const layer of this.weights.layers) {
        const next = tidy(() => layerForward(layerOperands(layer), h, context, null).h);
        h.dispose();
        h = next;
      }
      return logits(h, this.weights.norm, this.weights.head, this.config.rms_norm_eps);
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
    const { weights, config } = this;
    const prompt = cache ? { ids, padding: cache.padding } : wholeBlocks({ ids, padding }, config);
    const batch = prompt.padding.length;
    const count = prompt.ids.length / batch;
    const programs = cache ? stepPrograms(config) : promptPrograms(config, batch, count);
    const { logits, tokens } = tidy(() => {
      const context = llamaContext(this.config, prompt.padding, count, { cache });
      let h = this.#embed(prompt.ids);
      const tokens = weights.layers.map((layer, i) => {
        const past = cache?.layers[i] ?? null;
        const next = tidy(() => programs.layer(layerOperands(layer), h, context, past));
        h.dispose();
        h = next.h;
        return next.tokens;
      });
      const sequences = tf.reshape(h, [batch, count, -1]);
      const last = tf.reshape(tf.slice(sequences, [0, count - 1, 0], [-1, 1, -1]), [
        batch,
        -1,
      ]) as tf.Tensor2D;
      const { norm, head } = weights;
      return { logits: stepPrograms(config).logits(last, norm, head, config.rms_norm_eps), tokens };
    });
    return {
      logits,
      cache: cache ? extendCache(cache, tokens, count) : startCache(tokens, prompt.padding, count),
    };
  }

  dispose(): void {
    for (const linear of this.linears.values()) linear.dispose();
    const { embedding, head, norm, layers } = this.weights;
    dispose([embedding, head, norm, ...layers.flatMap((layer) => [layer.inputNorm, layer.attentionNorm])]);
  }

  #embed(ids: Int32Array): tf.Tensor2D {
    return tidy(() => {
      const rows = gatherRows(this.weights.embedding, tf.tensor1d(ids, "int32"));
      const { embedding_scale: scale = 1 } = this.config;
      return scale === 1 ? rows : tf.mul<tf.Tensor2D>(rows, scale);
    });
  }

  /** The loss at the batch's target positions, and its gradient by the last hidden states (tokens, d). */
  #head(h: tf.Tensor2D, batch: Batch, weight: number): { loss: tf.Scalar; dh: tf.Tensor2D } {
    return tidy(() => {
      const positions = tf.tensor1d(batch.positions, "int32");
      const rows = tf.gather(h, positions); // (targets, d)
      const { y, inverse } = rmsNorm(rows, this.weights.norm, this.config.rms_norm_eps);
      const targets = tf.tensor1d(batch.targets, "int32");
      const { loss, dh } = crossEntropy(y, unpack(this.weights.head), targets, weight);
      const dRows = rmsNormBackward(dh, rows, inverse, this.weights.norm);
      const scattered = tf.scatterND(tf.expandDims(positions, 1), dRows, h.shape) as tf.Tensor2D;
      return { loss, dh: scattered };
    });
  }
}
