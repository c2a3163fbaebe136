import { statSync } from "node:fs";
import { safetensorsFiles } from "../formats/safetensors_folder.ts";
import { findModel } from "./find_model.ts";
import { WeightsDigest } from "./weights_digest.ts";

/**
 * The SHA-256 of a model's weights, as the loaded model has it in `digest`, without loading it.
 *
 * @throws UsageError for a model that is not found
 */
export async function modelDigest(model: string): Promise<string> {
  const path = await findModel(model);
  return await new WeightsDigest(statSync(path).isFile() ? [path] : await safetensorsFiles(path));
}
