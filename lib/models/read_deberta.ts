import type { TextBatch } from "../text/text_batch.ts";
import { findActivation } from "../nn/activation.ts";
import { bucketSpan } from "../nn/relative_buckets.ts";
import type { ConfigFields } from "./config_fields.ts";
import { deberta } from "./deberta.ts";
import { debertaConfig } from "./deberta_config.ts";
import type { EncoderArchitecture, EncoderHead } from "./encoder_architecture.ts";
import type { EncoderBody } from "./encoder_body.ts";
import type { EncoderLayer } from "./encoder_layer.ts";
import type { EncoderReader } from "./encoder_reader.ts";
import { readEncoderLayer } from "./read_encoder_layer.ts";
import { SequenceHead } from "./sequence_head.ts";

/**
 * Reads the encoder of a DeBERTa-v2 or v3.
 *
 * @throws UsageError for a configuration that asks for what is not done, or a weight that is absent or has another shape
 */
async function readDeberta(
  reader: EncoderReader,
  fields: ConfigFields,
): Promise<EncoderBody<TextBatch>> {
  const config = debertaConfig(fields);
  const d = config.hidden_size;
  const words = await reader.table("embeddings.word_embeddings", [config.vocab_size, d]);
  const norm = await reader.norm("embeddings.LayerNorm", d);
  const positions = await reader.matrix("encoder.rel_embeddings", [2 * bucketSpan(config.buckets), d]);
  const positionNorm = config.norm_rel_ebd ? await reader.norm("encoder.LayerNorm", d) : null;
  const layers: EncoderLayer[] = [];
  for (let i = 0; i < config.num_hidden_layers; i++) {
    layers.push(await readEncoderLayer(reader, config, i, "_proj"));
  }
  return deberta(config, { words, norm, positions, positionNorm, layers });
}

/**
 * DeBERTa's head: a pooler of its own, which can be adapted where it came with the model and trains whole where it is new, and the
 * output map.
 */
async function readDebertaHead(
  reader: EncoderReader,
  fields: ConfigFields,
  labels: number,
): Promise<EncoderHead> {
  const d = fields.count("hidden_size");
  const deviation = fields.number("initializer_range", 0.02);
  const activation = findActivation(fields.text("pooler_hidden_act", "gelu"));
  const pooler = await reader.head("pooler.dense", [d, d], deviation);
  const classifier = await reader.head("classifier", [labels, d], deviation);
  return {
    layers: new SequenceHead({ linear: pooler.linear, activation }, classifier.linear),
    trained: pooler.deviation > 0 ? [pooler, classifier] : [classifier],
  };
}

/** How a DeBERTa-v2 or v3 is read. */
export const debertaArchitecture: EncoderArchitecture<TextBatch> = {
  body: "deberta",
  files: ["tokenizer.json", "tokenizer_config.json"],
  read: readDeberta,
  readHead: readDebertaHead,
};
