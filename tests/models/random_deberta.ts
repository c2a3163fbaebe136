import * as tf from "@tensorflow/tfjs-core";
import { deberta } from "../../lib/models/deberta.ts";
import type { DebertaConfig } from "../../lib/models/deberta_config.ts";
import type { EncoderLayer } from "../../lib/models/encoder_layer.ts";
import { SequenceClassifier } from "../../lib/models/sequence_classifier.ts";
import { SequenceHead } from "../../lib/models/sequence_head.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { bucketSpan } from "../../lib/nn/relative_buckets.ts";
import { Random } from "../../lib/tensor/random.ts";
import type { TextBatch } from "../../lib/text/text_batch.ts";

/** A DeBERTa of any shape with random weights and a head for two classes; owned by the caller. */
export function randomDeberta(config: DebertaConfig, deviation = 0.1): SequenceClassifier<TextBatch> {
  const random = new Random(12);
  const { hidden_size: d, intermediate_size: ffn } = config;
  const matrix = (m: number, n: number) => tf.tensor2d(random.normal(m * n, 0, deviation), [m, n]);
  const vector = (size: number, mean = 0) => tf.tensor1d(random.normal(size, mean, 0.1));
  const linear = (name: string, m = d, n = d) => new Linear(name, matrix(m, n), vector(m));
  const norm = () => ({ weight: vector(d, 1), bias: vector(d) });
  const layers = Array.from({ length: config.num_hidden_layers }, (_, i): EncoderLayer => {
    const layer = `deberta.encoder.layer.${i}`;
    return {
      linears: {
        query: linear(`${layer}.attention.self.query_proj`),
        key: linear(`${layer}.attention.self.key_proj`),
        value: linear(`${layer}.attention.self.value_proj`),
        attentionOutput: linear(`${layer}.attention.output.dense`),
        intermediate: linear(`${layer}.intermediate.dense`, ffn, d),
        output: linear(`${layer}.output.dense`, d, ffn),
      },
      attentionNorm: norm(),
      outputNorm: norm(),
    };
  });
  const encoder = deberta(config, {
    words: matrix(config.vocab_size, d),
    norm: norm(),
    positions: matrix(2 * bucketSpan(config.buckets), d),
    positionNorm: norm(),
    layers,
  });
  const head = new SequenceHead(
    { linear: linear("pooler.dense"), activation: "gelu" },
    linear("classifier", 2, d),
  );
  return new SequenceClassifier("random", "random", encoder, head, []);
}
