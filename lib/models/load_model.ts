import { statSync } from "node:fs";
import { architectureOf, decoders, encoders, visions } from "./architectures.ts";
import { findModel } from "./find_model.ts";
import type { Llama } from "./llama.ts";
import { loadGguf } from "./load_gguf.ts";
import { type ClassifierOptions, loadTextClassifier, loadTextEncoder, loadVit } from "./load_encoder.ts";
import type { ImageClassifier } from "./image_classifier.ts";
import type { LoadOptions } from "./load_options.ts";
import { openModelFolder } from "./model_folder.ts";
import type { TextClassifier } from "./text_classifier.ts";
import type { TextEncoder } from "./text_encoder.ts";

/**
 * Loads a decoder onto the backend in use: a name from the catalogue, a Hub id, a .gguf file, or a folder with config.json,
 * safetensors and tokenizer.json.
 *
 * @throws UsageError for an unknown name, a file that is missing or damaged, an architecture that is not read, or weights that
 *   cannot be kept as asked
 */
export async function loadModel(model: string, options: LoadOptions = {}): Promise<Llama> {
  const path = await findModel(model);
  if (statSync(path).isFile()) return await loadGguf(path, model, options);
  const folder = await openModelFolder(path);
  return await architectureOf(decoders, folder).load(folder, model, options);
}

/**
 * Loads an encoder of texts onto the backend in use: a name from the catalogue, a Hub id, or a folder.
 *
 * @throws UsageError as {@linkcode loadModel} does
 */
export async function loadEncoder(model: string, options: LoadOptions = {}): Promise<TextEncoder> {
  const folder = await openModelFolder(await findModel(model));
  return await loadTextEncoder(folder, architectureOf(encoders, folder), model, options);
}

/**
 * Loads an encoder of texts with a head for classes, or for numbers. Where the model has no head of this shape it gets a new one,
 * which is 0 until an adapter draws it and trains it.
 *
 * @throws UsageError as {@linkcode loadModel} does, and for labels that are not a whole number from 1
 */
export async function loadClassifier(
  model: string,
  options: ClassifierOptions = {},
): Promise<TextClassifier> {
  const folder = await openModelFolder(await findModel(model));
  return await loadTextClassifier(folder, architectureOf(encoders, folder), model, options);
}

/**
 * Loads an encoder of pictures with a head for classes, likewise.
 *
 * @throws UsageError as {@linkcode loadClassifier} does
 */
export async function loadImageClassifier(
  model: string,
  options: ClassifierOptions = {},
): Promise<ImageClassifier> {
  const folder = await openModelFolder(await findModel(model));
  return await loadVit(folder, architectureOf(visions, folder), model, options);
}
