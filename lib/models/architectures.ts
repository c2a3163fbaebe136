import type { TextBatch } from "../text/text_batch.ts";
import type { EncoderArchitecture } from "./encoder_architecture.ts";
import type { Llama } from "./llama.ts";
import type { DecoderType } from "./llama_config.ts";
import { loadDecoder } from "./load_decoder.ts";
import type { LoadOptions } from "./load_options.ts";
import type { ModelFolder } from "./model_folder.ts";
import { bertArchitecture, robertaArchitecture } from "./read_bert.ts";
import { debertaArchitecture } from "./read_deberta.ts";
import { vitArchitecture } from "./read_vit.ts";
import type { PixelBatch } from "./vit.ts";

/** What is known of the models of one `model_type`. */
export interface Architecture {
  /** What a model needs beside config.json and its weights. */
  readonly files: readonly string[];
}

/** How decoders of one `model_type` are loaded. */
export interface DecoderArchitecture extends Architecture {
  load(folder: ModelFolder, name: string, options: LoadOptions): Promise<Llama>;
}

/** The decoders by the `model_type` of config.json. */
export const decoders: Readonly<Record<string, DecoderArchitecture>> = {
  llama: decoder("llama"),
  mistral: decoder("mistral"),
  qwen2: decoder("qwen2"),
  gemma: decoder("gemma"),
};

/** The encoders of texts by the `model_type` of config.json. */
export const encoders: Readonly<Record<string, EncoderArchitecture<TextBatch>>> = {
  bert: bertArchitecture,
  roberta: robertaArchitecture,
  "deberta-v2": debertaArchitecture,
};

/** The encoders of pictures by the `model_type` of config.json. */
export const visions: Readonly<Record<string, EncoderArchitecture<PixelBatch>>> = {
  vit: vitArchitecture,
};

/** Why models that look like those of the tables are not read. */
const unread: Readonly<Record<string, string>> = {
  gemma2: "it caps its attention scores and logits softly",
  gemma3_text: "it normalises queries and keys, and mixes layers with and without a window",
  qwen3: "it normalises queries and keys",
  mixtral: "it chooses among experts",
  phi3: "its projections are fused",
};

function decoder(type: DecoderType): DecoderArchitecture {
  return {
    files: ["tokenizer.json", "tokenizer_config.json"],
    load: (folder, name, options) => loadDecoder(folder, type, name, options),
  };
}

const loaders = [
  ["loadModel", decoders],
  ["loadEncoder or loadClassifier", encoders],
  ["loadImageClassifier", visions],
] as const;

/**
 * The row of a table for a model.
 *
 * @throws UsageError for a `model_type` without one
 */
export function architectureOf<Row extends Architecture>(
  table: Readonly<Record<string, Row>>,
  { config }: ModelFolder,
): Row {
  const type = config.text("model_type");
  if (Object.hasOwn(table, type)) return table[type]!;
  const loader = loaders.find(([, other]) => (other as unknown) !== table && Object.hasOwn(other, type));
  const reason = loader
    ? ` (${loader[0]} loads it)`
    : Object.hasOwn(unread, type)
    ? ` (${unread[type]}, which is not done)`
    : "";
  throw config.refusal("model_type", `one of ${Object.keys(table).join(", ")}${reason}`);
}
