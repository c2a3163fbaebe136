import type { EncoderLayer } from "./encoder_layer.ts";
import type { EncoderReader } from "./encoder_reader.ts";

/** What a layer of BERT's and DeBERTa's kind is read by. */
export interface EncoderLayerShape {
  readonly hidden_size: number;
  readonly intermediate_size: number;
}

/**
 * Reads one layer of an encoder in BERT's order, whose norms follow attention and feed-forward map.
 *
 * @param index from 0
 * @param projection what follows `query`, `key` and `value` in their weights' names
 * @throws UsageError for a weight that is absent or has another shape
 */
export async function readEncoderLayer(
  reader: EncoderReader,
  { hidden_size: d, intermediate_size: ffn }: EncoderLayerShape,
  index: number,
  projection: "" | "_proj" = "",
): Promise<EncoderLayer> {
  const layer = `encoder.layer.${index}`;
  return {
    linears: {
      query: await reader.linear(`${layer}.attention.self.query${projection}`, [d, d]),
      key: await reader.linear(`${layer}.attention.self.key${projection}`, [d, d]),
      value: await reader.linear(`${layer}.attention.self.value${projection}`, [d, d]),
      attentionOutput: await reader.linear(`${layer}.attention.output.dense`, [d, d]),
      intermediate: await reader.linear(`${layer}.intermediate.dense`, [ffn, d]),
      output: await reader.linear(`${layer}.output.dense`, [d, ffn]),
    },
    attentionNorm: await reader.norm(`${layer}.attention.output.LayerNorm`, d),
    outputNorm: await reader.norm(`${layer}.output.LayerNorm`, d),
  };
}
