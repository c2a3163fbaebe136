import { existsSync, statSync } from "node:fs";
import { hubFile } from "../formats/hub.ts";
import { UsageError } from "../usage_error.ts";
import { catalogue, type CatalogueEntry } from "./catalogue.ts";
import { hubModel } from "./hub_model.ts";
import { keptModelFolder, keptModels } from "./kept_models.ts";
import { localModel } from "./local_model.ts";

/**
 * The place of a model: a .gguf file or a folder with config.json. It is the path itself, or for a name what is kept with the
 * library, or for one from the catalogue what set-up brought, what is in the Hub's cache, what the Hub gives; the first that there is. A Hub id (`owner/name`) is
 * looked for in the cache and on the Hub.
 *
 * @throws UsageError that names the places tried and what would bring the model
 */
export async function findModel(model: string): Promise<string> {
  if (keptModels.includes(model)) return keptModelFolder(model);
  const entry = catalogue.find(({ name }) => name === model);
  if (entry) return await findEntry(entry);
  if (existsSync(model)) {
    if (statSync(model).isDirectory() || model.endsWith(".gguf")) return model;
    throw new UsageError(
      `${model} is neither a .gguf file nor a folder with config.json, safetensors and tokenizer.json`,
    );
  }
  if (model.endsWith(".gguf")) {
    throw new UsageError(`there is no file ${model}; give the path of a .gguf file or one of ${names()}`);
  }
  if (/^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(model)) {
    return await fromHub(model, () => hubModel(model), "no such folder");
  }
  throw new UsageError(
    `unknown model ${
      JSON.stringify(model)
    }; choose one of ${names()}, a .gguf file, a folder, or a Hub id (owner/name)`,
  );
}

async function findEntry(entry: CatalogueEntry): Promise<string> {
  const { name, file, hub: { repo, revision, path } } = entry;
  const local = await localModel(entry);
  if (local) return local;
  const bring = () => path ? hubFile({ repo, path, revision, type: "model" }) : hubModel(repo, revision);
  return await fromHub(name, bring, file ? "`deno task setup` brings it" : mendOf(entry));
}

function mendOf({ mend, gated, hub: { repo }, licence }: CatalogueEntry): string {
  if (mend) return mend;
  return gated
    ? `accept the ${licence} at https://huggingface.co/${repo} and set HF_TOKEN, or give the path of its folder`
    : "give the path of its folder where you have it";
}

async function fromHub(model: string, bring: () => Promise<string>, mend: string): Promise<string> {
  try {
    return await bring();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${model} is not here: ${error.message}; ${mend}`);
  }
}

function names(): string {
  return [...catalogue.map(({ name }) => name), ...keptModels].join(", ");
}
