import { createHash } from "node:crypto";
import { sha256 } from "../formats/digest.ts";
import { safetensorsFiles } from "../formats/safetensors_folder.ts";

/** The SHA-256 of the weights in a model's folder, in hexadecimal: of the one file, or of the digests of several. */
export async function weightsDigest(folder: string): Promise<string> {
  const digests: string[] = [];
  for (const path of await safetensorsFiles(folder)) digests.push(await sha256(path));
  return digests.length === 1 ? digests[0]! : createHash("sha256").update(digests.join()).digest("hex");
}
