import { openSafetensorsFolder, safetensorsFiles } from "../formats/safetensors_folder.ts";
import { tokenizerFromFolder } from "../text/tokenizer_folder.ts";
import { UsageError } from "../usage_error.ts";
import type { ConfigFields } from "./config_fields.ts";
import type { TextBatch } from "../text/text_batch.ts";
import type { EncoderArchitecture, EncoderHead } from "./encoder_architecture.ts";
import type { EncoderBody, EncoderInput } from "./encoder_body.ts";
import type { PixelBatch } from "./vit.ts";
import { vitConfig } from "./vit_config.ts";
import { EncoderReader } from "./encoder_reader.ts";
import { ImageClassifier } from "./image_classifier.ts";
import type { LoadOptions } from "./load_options.ts";
import type { ModelFolder } from "./model_folder.ts";
import { TextClassifier } from "./text_classifier.ts";
import { TextEncoder } from "./text_encoder.ts";
import { WeightsDigest } from "./weights_digest.ts";

/** How a classifier is loaded. */
export interface ClassifierOptions extends LoadOptions {
  /** Classes, or 1 for a regression; by default as many as config.json names. */
  readonly labels?: number;
}

/**
 * Loads an encoder from a folder with its tokenizer.
 *
 * @throws UsageError for a file that is missing or damaged, a configuration that asks for what is not done, or weights that
 *   cannot be kept as asked
 */
export async function loadTextEncoder(
  { path, config }: ModelFolder,
  architecture: EncoderArchitecture<TextBatch>,
  name: string,
  options: LoadOptions,
): Promise<TextEncoder> {
  const tokenizer = await tokenizerFromFolder(path);
  const digest = new WeightsDigest(await safetensorsFiles(path));
  await using file = await openSafetensorsFolder(path);
  const reader = new EncoderReader(file, architecture.body, false, options);
  return await reader.whole(async () =>
    new TextEncoder(name, digest, tokenizer, await architecture.read(reader, config))
  );
}

/**
 * Loads an encoder with a head: the file's own where it has one of this shape, else a new one, which an adapter draws.
 *
 * @throws UsageError as {@linkcode loadTextEncoder} does, and for a number of labels that is not a whole number from 1
 */
export async function loadTextClassifier(
  { path, config }: ModelFolder,
  architecture: EncoderArchitecture<TextBatch>,
  name: string,
  options: ClassifierOptions,
): Promise<TextClassifier> {
  const tokenizer = await tokenizerFromFolder(path);
  const digest = new WeightsDigest(await safetensorsFiles(path));
  const { encoder, head } = await readWithHead({ path, config }, architecture, options);
  return new TextClassifier(name, digest, tokenizer, encoder, head);
}

/**
 * Loads an encoder of pictures with a head, likewise.
 *
 * @throws UsageError as {@linkcode loadTextClassifier} does
 */
export async function loadVit(
  folder: ModelFolder,
  architecture: EncoderArchitecture<PixelBatch>,
  name: string,
  options: ClassifierOptions,
): Promise<ImageClassifier> {
  const digest = new WeightsDigest(await safetensorsFiles(folder.path));
  const { encoder, head } = await readWithHead(folder, architecture, options);
  return new ImageClassifier(name, digest, vitConfig(folder.config), encoder, head);
}

async function readWithHead<Input extends EncoderInput>(
  { path, config }: ModelFolder,
  { body, read, readHead }: EncoderArchitecture<Input>,
  { labels = labelsNamed(config), ...options }: ClassifierOptions,
): Promise<{ encoder: EncoderBody<Input>; head: EncoderHead }> {
  if (!Number.isInteger(labels) || labels < 1) {
    throw new UsageError(`labels ${labels} is not a whole number from 1; 1 is a regression`);
  }
  await using file = await openSafetensorsFolder(path);
  const reader = new EncoderReader(file, body, true, options);
  return await reader.whole(async () => ({
    encoder: await read(reader, config),
    head: await readHead(reader, config, labels),
  }));
}

/** What config.json says, or transformers' own default. */
function labelsNamed(config: ConfigFields): number {
  return config.has("id2label") ? config.object("id2label").names.length : 2;
}
