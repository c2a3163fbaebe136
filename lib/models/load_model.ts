import { existsSync, statSync } from "node:fs";
import { hubFile } from "../formats/hub.ts";
import { UsageError } from "../usage_error.ts";
import { catalogue, homePath } from "./catalogue.ts";
import type { Llama } from "./llama.ts";
import { loadGguf } from "./load_gguf.ts";

/**
 * Loads a model onto the backend in use: a name from the catalogue, or the path of a .gguf file.
 *
 * @param onProgress told after each tensor
 * @throws UsageError for an unknown name, a file that is missing or damaged, or an architecture that is not read
 */
export async function loadModel(
  model: string,
  onProgress?: (done: number, total: number) => void,
): Promise<Llama> {
  return await loadGguf(await findModel(model), model, onProgress);
}

/** The file of a model: the path itself, what set-up brought, the Hub's cache, the Hub; the first that there is. */
export async function findModel(model: string): Promise<string> {
  if (model.endsWith(".gguf")) {
    if (existsSync(model) && statSync(model).isFile()) return model;
    throw new UsageError(`there is no file ${model}; give the path of a .gguf file or one of ${names()}`);
  }
  const entry = catalogue.find((m) => m.name === model);
  if (!entry) {
    throw new UsageError(`unknown model ${JSON.stringify(model)}; choose one of ${names()}, or a .gguf file`);
  }
  const local = homePath("models", entry.file);
  if (existsSync(local)) return local;
  try {
    return await hubFile({ ...entry.hub, type: "model" });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `${model} is not here: tried ${local}, and ${reason}; \`deno task setup\` brings it`,
    );
  }
}

function names(): string {
  return catalogue.map((m) => m.name).join(", ");
}
