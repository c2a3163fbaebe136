import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { weightFiles } from "../formats/safetensors_folder.ts";
import { type LateArray, streamSafetensors } from "../formats/stream_safetensors.ts";
import { writeAside } from "../formats/write_aside.ts";
import { unpack, type Weight } from "../nn/weight.ts";
import { tidy } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import { ggufCompanions } from "./gguf_companions.ts";
import type { Llama } from "./llama.ts";
import type { LlamaConfig } from "./llama_config.ts";

/** What stands beside a model's weights and is the same for a changed model. */
const companions = [
  "generation_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "tokenizer.model",
  "special_tokens_map.json",
  "added_tokens.json",
  "chat_template.jinja",
];

/**
 * Writes a model as it computes at the moment into a folder that transformers loads, and this library again: config.json,
 * model.safetensors in float32 with adapters that are merged, and the tokenizer's files.
 *
 * @param source the folder or the .gguf file that the model was loaded from, which gives config.json and the tokenizer
 * @returns bytes of the tensors' file
 * @throws UsageError where an adapter is not merged, or the folder cannot be written
 *
 * @example
 * ```ts
 * import { adapt, Random, randomLlama, readSafetensors, saveModel, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 *
 * await useBackend();
 * const config = {
 *   vocab_size: 16, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 1, num_attention_heads: 2,
 *   num_key_value_heads: 1, head_dim: 4, max_position_embeddings: 32, rope_theta: 100, rms_norm_eps: 1e-5,
 * };
 * const model = randomLlama(config, new Random(0));
 * const adapter = await adapt(model, { method: "nlora", rank: 2 });
 * adapter.merge();
 * const source = await mkdtemp(join(tmpdir(), "nlora-"));
 * await writeFile(join(source, "config.json"), JSON.stringify({ model_type: "llama", ...config }));
 * await saveModel(model, join(source, "merged"), source);
 * const { tensors } = await readSafetensors(join(source, "merged", "model.safetensors"));
 * assert.deepEqual(tensors.get("model.layers.0.mlp.down_proj.weight")?.shape, [8, 12]);
 * await rm(source, { recursive: true });
 * ```
 */
export async function saveModel(model: Llama, folder: string, source: string): Promise<number> {
  for (const { name, update, merged } of model.linears.values()) {
    if (update && !merged) {
      throw new UsageError(`${name} has an adapter beside its weight; call merge() on it before saving`);
    }
  }
  const files = statSync(source).isFile()
    ? await ggufCompanions(source, model)
    : await copyCompanions(source, folder);
  for (const [name, object] of files) {
    const content = name === "config.json" ? { ...object, dtype: "float32" } : object;
    await writeAside(join(folder, name), JSON.stringify(content, null, 2) + "\n");
  }
  const path = join(folder, weightFiles.whole);
  const arrays = Array.from(
    model.tensors,
    ([name, tensor]) => [name, lateArray(name, tensor, model.config)] as const,
  );
  await streamSafetensors(path, new Map(arrays), { format: "pt" });
  return statSync(path).size;
}

/** Copies what is the same, and gives what is written anew. */
async function copyCompanions(source: string, folder: string): Promise<ReadonlyMap<string, object>> {
  for (const name of companions) {
    const path = join(source, name);
    if (existsSync(path)) await writeAside(join(folder, name), await readFile(path));
  }
  const { torch_dtype: _, ...config } = JSON.parse(await readFile(join(source, "config.json"), "utf8"));
  return new Map([["config.json", config]]);
}

function lateArray(name: string, tensor: Weight | tf.Tensor1D, { norm_offset = 0 }: LlamaConfig): LateArray {
  const offset = name.endsWith("norm.weight") ? norm_offset : 0;
  return {
    shape: tensor.shape,
    async data() {
      const numbers = tidy(() => tf.sub(tensor instanceof tf.Tensor ? tensor : unpack(tensor), offset));
      try {
        return await numbers.data<"float32">();
      } finally {
        numbers.dispose();
      }
    },
  };
}
