import { existsSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Adapter } from "../adapters/adapter.ts";
import { saveGgufLora } from "../adapters/gguf_lora.ts";
import { savePeft } from "../adapters/save_peft.ts";
import { weightFiles } from "../formats/safetensors_folder.ts";
import { prepareFolder } from "../experiments/prepare_folder.ts";
import type { Llama } from "../models/llama.ts";
import { findModel } from "../models/find_model.ts";
import { loadModel } from "../models/load_model.ts";
import { saveModel } from "../models/save_model.ts";
import { useBackend } from "../tensor/use_backend.ts";
import { UsageError } from "../usage_error.ts";
import { checkAdapterFolder, putAdapter } from "../adapters/adapter_folder.ts";
import { type Command, requiredText } from "./command.ts";

type Writer = (
  adapter: Adapter,
  model: Llama,
  folder: string,
  source: string,
) => Promise<{ file: string; bytes: number }>;

/** How each value of `--to` is written; each tells its file with the tensors. */
const writers: Readonly<Record<string, Writer>> = {
  peft: (adapter, _, folder) => writePeft(adapter, folder, "native"),
  lora: (adapter, _, folder) => writePeft(adapter, folder, "lora"),
  "gguf-lora": async (adapter, model, folder) => {
    const file = join(folder, "adapter.gguf");
    await saveGgufLora(adapter, model, file);
    return { file, bytes: statSync(file).size };
  },
  merged: async (adapter, model, folder, source) => {
    adapter.merge();
    const bytes = await saveModel(model, folder, source);
    return { file: join(folder, weightFiles.whole), bytes };
  },
};

/** `nlora convert`: an adapter for other programs, or a model with it. */
export const convert: Command = {
  name: "convert",
  summary: "writes an adapter for PEFT, transformers and vLLM, or for llama.cpp, or merges it into its model",
  usage: `--model M --adapter DIR --to peft|lora|gguf-lora|merged --out DIR
  peft: as PEFT knows the method, other methods as plain LoRA; lora: always plain LoRA; gguf-lora: for llama.cpp;
  merged: the whole model with the adapter in its weights, in float32, as transformers loads it`,
  options: {
    model: { type: "string" },
    adapter: { type: "string" },
    to: { type: "string" },
    out: { type: "string" },
  },
  async run(given) {
    const modelName = requiredText(given, "model");
    const folder = requiredText(given, "adapter");
    const to = requiredText(given, "to");
    const out = requiredText(given, "out");
    if (!Object.hasOwn(writers, to)) {
      throw new UsageError(
        `unknown --to ${JSON.stringify(to)}; choose one of ${Object.keys(writers).join(", ")}`,
      );
    }
    await checkAdapterFolder(folder);
    const source = await findModel(modelName);
    checkApart(source, out);
    const takeBack = prepareFolder(out);
    try {
      await useBackend();
      const model = await loadModel(modelName);
      const adapter = await putAdapter(model, folder);
      const written = await writers[to]!(adapter, model, out, source);
      return { json: { to, ...written }, text: `wrote ${written.file} (${written.bytes} bytes)`, done: true };
    } catch (error) {
      takeBack();
      throw error;
    }
  },
};

/** Refuses to write over the model that is read. */
function checkApart(source: string, out: string): void {
  if (existsSync(out) && realpathSync(out) === realpathSync(source)) {
    throw new UsageError(`--out ${out} is the model's own folder; choose another one`);
  }
}

async function writePeft(adapter: Adapter, folder: string, form: "native" | "lora") {
  const bytes = await savePeft(adapter, folder, { form });
  return { file: join(folder, "adapter_model.safetensors"), bytes };
}
