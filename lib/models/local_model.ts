import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { cachedFile } from "../formats/hub_cache.ts";
import { safetensorsFiles } from "../formats/safetensors_folder.ts";
import { type CatalogueEntry, homePath } from "./catalogue.ts";

/**
 * Where a model of the catalogue lies on this machine, or null: the file that set-up brought, or the file or the whole folder in
 * the Hub's cache. Nothing is downloaded.
 */
export async function localModel({ file, hub }: CatalogueEntry): Promise<string | null> {
  if (file && existsSync(homePath("models", file))) return homePath("models", file);
  const cached = await cachedFile({ ...hub, path: hub.path ?? "config.json", type: "model" });
  if (!cached || hub.path) return cached;
  const folder = dirname(cached);
  const files = await safetensorsFiles(folder).catch(() => []);
  return files.length > 0 && files.every((path) => existsSync(path)) ? folder : null;
}
