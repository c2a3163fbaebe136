import type * as tf from "@tensorflow/tfjs-core";
import { Linear } from "../nn/linear.ts";
import type { Random } from "../tensor/random.ts";
import { takeNumbers } from "../tensor/resident.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { Llama } from "./llama.ts";
import type { LlamaConfig } from "./llama_config.ts";
import { linearName, type LlamaLayer, type Projection, projections, projectionShape } from "./llama_layer.ts";

/**
 * A model of any shape with random weights, for tests and benchmarks: linear maps from N(0, deviation²), norms near 1.
 * Its tokenizer is a stand-in for which a text is its ids with spaces between them.
 *
 * @example
 * ```ts
 * import { Random, randomLlama, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const config = {
 *   vocab_size: 16, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 1, num_attention_heads: 2,
 *   num_key_value_heads: 1, head_dim: 4, max_position_embeddings: 32, rope_theta: 100, rms_norm_eps: 1e-5,
 * };
 * const model = randomLlama(config, new Random(0));
 * assert.deepEqual(model.logits(Int32Array.from([3, 1, 4]), 1).shape, [3, 16]);
 * ```
 */
export function randomLlama(config: LlamaConfig, random: Random, { deviation = 0.02 } = {}): Llama {
  const matrix = ([m, n]: readonly [number, number]) =>
    takeNumbers(random.normal(m * n, 0, deviation), [m, n]);
  const norm = () => takeNumbers<tf.Rank.R1>(random.normal(config.hidden_size, 1, 0.1), [config.hidden_size]);
  const embedding = matrix([config.vocab_size, config.hidden_size]);
  const layers = Array.from({ length: config.num_hidden_layers }, (_, i): LlamaLayer => {
    const linear = (p: Projection) => new Linear(linearName(i, p), matrix(projectionShape(config, p)));
    const linears = projections.map((p) => [p, linear(p)]);
    return {
      linears: Object.fromEntries(linears) as Record<Projection, Linear>,
      inputNorm: norm(),
      attentionNorm: norm(),
    };
  });
  return new Llama("random", config, idsAsText(config.vocab_size), "random", {
    embedding,
    head: embedding,
    layers,
    norm: norm(),
  });
}

function idsAsText(vocabSize: number): Tokenizer {
  return {
    encode: (text) => text.split(" ").filter((word) => word !== "").map(Number),
    decode: (ids) => ids.join(" "),
    vocabSize,
    eosId: 0,
    bosId: null,
    padId: 0,
  };
}
