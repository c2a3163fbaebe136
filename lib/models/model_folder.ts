import { join } from "node:path";
import { type ConfigFields, readConfig } from "./config_fields.ts";

/** A model as transformers writes it: a folder with config.json, safetensors and the tokenizer's files. */
export interface ModelFolder {
  readonly path: string;
  readonly config: ConfigFields;
}

/**
 * Opens a model's folder, of which config.json is read and nothing else.
 *
 * @throws UsageError where there is no config.json, or it is damaged
 */
export async function openModelFolder(path: string): Promise<ModelFolder> {
  return { path, config: await readConfig(join(path, "config.json")) };
}
