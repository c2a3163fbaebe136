import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../formats/digest.ts";
import { hasPeftAdapter, readPeftAdapter } from "../formats/peft_adapter.ts";
import { configFile } from "./adapter_config.ts";
import type { Adapter } from "./adapter.ts";
import { type AdapterHost, checkAdapter, loadAdapter } from "./adapter_files.ts";
import { loadPeft } from "./load_peft.ts";

/**
 * Checks that a folder holds an adapter of this library or of PEFT, before a model is loaded.
 *
 * @throws UsageError where there is none, or it is damaged
 */
export async function checkAdapterFolder(folder: string): Promise<void> {
  if (hasPeftAdapter(folder)) await readPeftAdapter(folder);
  else await checkAdapter(folder);
}

/**
 * Puts the adapter of a folder on a model.
 *
 * @throws UsageError where it does not belong to the model
 */
export async function putAdapter(model: AdapterHost, folder: string): Promise<Adapter> {
  return await (hasPeftAdapter(folder) ? loadPeft : loadAdapter)(model, folder);
}

const adapterFiles = [configFile, "adapter_config.json", "adapter_model.safetensors", "adapter_model.bin"];

/** SHA-256 of the digests of the files that make an adapter, in hexadecimal. */
export async function adapterDigest(folder: string): Promise<string> {
  const paths = adapterFiles.map((name) => join(folder, name)).filter(existsSync);
  const digests = await Promise.all(paths.map(sha256));
  return createHash("sha256").update(digests.join()).digest("hex");
}
