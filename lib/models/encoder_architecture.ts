import type { ConfigFields } from "./config_fields.ts";
import type { EncoderBody, EncoderInput } from "./encoder_body.ts";
import type { EncoderReader } from "./encoder_reader.ts";
import type { HeadMap } from "./sequence_classifier.ts";
import type { SequenceHead } from "./sequence_head.ts";

/** A head, and those of its maps that train whole beside an adapter. */
export interface EncoderHead {
  readonly layers: SequenceHead;
  readonly trained: readonly HeadMap[];
}

/** How encoders of one `model_type` are read. */
export interface EncoderArchitecture<Input extends EncoderInput> {
  /** What transformers calls the encoder within a model with a head. */
  readonly body: string;
  /** What a model needs beside config.json and its weights. */
  readonly files: readonly string[];
  read(reader: EncoderReader, config: ConfigFields): Promise<EncoderBody<Input>>;
  /** @param labels classes, or 1 for a regression */
  readHead(reader: EncoderReader, config: ConfigFields, labels: number): Promise<EncoderHead>;
}
