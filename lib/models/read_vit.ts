import * as tf from "@tensorflow/tfjs-core";
import { tidy } from "../tensor/tidy.ts";
import type { ConfigFields } from "./config_fields.ts";
import type { EncoderArchitecture, EncoderHead } from "./encoder_architecture.ts";
import type { EncoderBody } from "./encoder_body.ts";
import type { EncoderLayer } from "./encoder_layer.ts";
import type { EncoderReader } from "./encoder_reader.ts";
import { SequenceHead } from "./sequence_head.ts";
import { patchCount, type PixelBatch, vit } from "./vit.ts";
import { type VitConfig, vitConfig } from "./vit_config.ts";

/** How a ViT is read. */
export const vitArchitecture: EncoderArchitecture<PixelBatch> = {
  body: "vit",
  files: [],
  read: readVit,
  readHead: readVitHead,
};

async function readVit(reader: EncoderReader, fields: ConfigFields): Promise<EncoderBody<PixelBatch>> {
  const config = vitConfig(fields);
  const { hidden_size: d, patch_size: side, num_channels: channels } = config;
  const filters = [d, channels, side, side] as const;
  const whole = await reader.tensor(
    "embeddings.cls_token",
    [1, 1, d],
    (x) => tf.reshape<tf.Rank.R2>(x, [1, d]),
  );
  const length = 1 + patchCount(config);
  const positions = await reader.tensor(
    "embeddings.position_embeddings",
    [1, length, d],
    (x) => tf.reshape<tf.Rank.R2>(x, [length, d]),
  );
  const patches = await reader.tensor(
    "embeddings.patch_embeddings.projection.weight",
    filters,
    (x) => tidy(() => tf.reshape<tf.Rank.R2>(tf.transpose(x, [0, 2, 3, 1]), [d, -1])),
  );
  const patchBias = await reader.vector("embeddings.patch_embeddings.projection.bias", d);
  const layers: EncoderLayer[] = [];
  for (let i = 0; i < config.num_hidden_layers; i++) layers.push(await readLayer(reader, config, i));
  const norm = await reader.norm("layernorm", d);
  return vit(config, { patches, patchBias, whole, positions, layers, norm });
}

async function readLayer(reader: EncoderReader, config: VitConfig, index: number): Promise<EncoderLayer> {
  const { hidden_size: d, intermediate_size: ffn, qkv_bias: biased } = config;
  const layer = `layers.${index}`;
  return {
    linears: {
      query: await reader.linear(`${layer}.attention.q_proj`, [d, d], biased),
      key: await reader.linear(`${layer}.attention.k_proj`, [d, d], biased),
      value: await reader.linear(`${layer}.attention.v_proj`, [d, d], biased),
      attentionOutput: await reader.linear(`${layer}.attention.o_proj`, [d, d]),
      intermediate: await reader.linear(`${layer}.mlp.fc1`, [ffn, d]),
      output: await reader.linear(`${layer}.mlp.fc2`, [d, ffn]),
    },
    attentionNorm: await reader.norm(`${layer}.layernorm_before`, d),
    outputNorm: await reader.norm(`${layer}.layernorm_after`, d),
  };
}

/** ViT's head, which trains whole. */
async function readVitHead(
  reader: EncoderReader,
  fields: ConfigFields,
  labels: number,
): Promise<EncoderHead> {
  const deviation = fields.number("initializer_range", 0.02);
  const classifier = await reader.head("classifier", [labels, fields.count("hidden_size")], deviation);
  return { layers: new SequenceHead(null, classifier.linear), trained: [classifier] };
}
