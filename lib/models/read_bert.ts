import type { TextBatch } from "../text/text_batch.ts";
import { bert } from "./bert.ts";
import { bertConfig } from "./bert_config.ts";
import type { ConfigFields } from "./config_fields.ts";
import type { EncoderBody } from "./encoder_body.ts";
import type { EncoderLayer } from "./encoder_layer.ts";
import type { EncoderReader } from "./encoder_reader.ts";
import type { EncoderArchitecture, EncoderHead } from "./encoder_architecture.ts";
import { readEncoderLayer } from "./read_encoder_layer.ts";
import { SequenceHead } from "./sequence_head.ts";

/**
 * Reads the encoder of a BERT or RoBERTa.
 *
 * @throws UsageError for a configuration that asks for what is not done, or a weight that is absent or has another shape
 */
async function readBert(
  reader: EncoderReader,
  fields: ConfigFields,
  type: "bert" | "roberta",
): Promise<EncoderBody<TextBatch>> {
  const config = bertConfig(fields, type);
  const d = config.hidden_size;
  const words = await reader.table("embeddings.word_embeddings", [config.vocab_size, d]);
  const positions = await reader.matrix("embeddings.position_embeddings", [
    config.max_position_embeddings,
    d,
  ]);
  const types = await reader.matrix("embeddings.token_type_embeddings", [config.type_vocab_size, d]);
  const norm = await reader.norm("embeddings.LayerNorm", d);
  const layers: EncoderLayer[] = [];
  for (let i = 0; i < config.num_hidden_layers; i++) layers.push(await readEncoderLayer(reader, config, i));
  return bert(config, { words, positions, types, norm, layers });
}

/**
 * BERT's head: the pooler, which can be adapted where it came with the model and trains whole where it is new, and the output
 * map.
 */
async function readBertHead(
  reader: EncoderReader,
  fields: ConfigFields,
  labels: number,
): Promise<EncoderHead> {
  const d = fields.count("hidden_size");
  const deviation = fields.number("initializer_range", 0.02);
  const pooler = await reader.head(reader.nameOf("pooler.dense"), [d, d], deviation);
  const classifier = await reader.head("classifier", [labels, d], deviation);
  return {
    layers: new SequenceHead({ linear: pooler.linear, activation: "tanh" }, classifier.linear),
    trained: pooler.deviation > 0 ? [pooler, classifier] : [classifier],
  };
}

/** RoBERTa's head of two maps, which trains whole. */
async function readRobertaHead(
  reader: EncoderReader,
  fields: ConfigFields,
  labels: number,
): Promise<EncoderHead> {
  const d = fields.count("hidden_size");
  const deviation = fields.number("initializer_range", 0.02);
  const dense = await reader.head("classifier.dense", [d, d], deviation);
  const output = await reader.head("classifier.out_proj", [labels, d], deviation);
  return {
    layers: new SequenceHead({ linear: dense.linear, activation: "tanh" }, output.linear),
    trained: [dense, output],
  };
}

/** How a BERT is read. */
export const bertArchitecture: EncoderArchitecture<TextBatch> = {
  body: "bert",
  files: ["tokenizer.json", "tokenizer_config.json"],
  read: (reader, config) => readBert(reader, config, "bert"),
  readHead: readBertHead,
};

/** How a RoBERTa is read. */
export const robertaArchitecture: EncoderArchitecture<TextBatch> = {
  body: "roberta",
  files: ["tokenizer.json", "tokenizer_config.json"],
  read: (reader, config) => readBert(reader, config, "roberta"),
  readHead: readRobertaHead,
};
