import { writeGguf } from "../formats/gguf_write.ts";
import type { NamedArray } from "../formats/safetensors.ts";
import { ggufArchitecture, ggufNames, isInterleaved, pairsTogether } from "../models/gguf_llama.ts";
import type { LlamaConfig } from "../models/llama_config.ts";
import { linearName, projections } from "../models/llama_layer.ts";
import { dispose } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import type { Adapter } from "./adapter.ts";
import { loraForm } from "./lora_form.ts";

/**
 * Writes an adapter as a GGUF LoRA for llama.cpp (`llama-cli --lora`) and what is built on it, in F32: for each adapted
 * map `blk.….weight.lora_a` (r, n) and `….lora_b` (m, r), relative to the weights as they were loaded. llama.cpp scales
 * each product by `adapter.lora.alpha` over its own rank, for which B makes up where ranks differ.
 * Format: https://github.com/ggml-org/llama.cpp, convert_lora_to_gguf.py and src/llama-adapter.cpp
 *
 * @throws UsageError for DoRA and full fine-tuning, which llama.cpp has no adapters for, and where the file cannot be
 *   written
 *
 * @example
 * ```ts
 * import { adapt, openGguf, Random, randomLlama, saveGgufLora, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 *
 * await useBackend();
 * const config = {
 *   vocab_size: 16, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 1, num_attention_heads: 2,
 *   num_key_value_heads: 1, head_dim: 4, max_position_embeddings: 32, rope_theta: 100, rms_norm_eps: 1e-5,
 * };
 * const model = randomLlama(config, new Random(0));
 * const adapter = await adapt(model, { method: "inttune", rank: 2, targets: ["v_proj"] });
 * const folder = await mkdtemp(join(tmpdir(), "nlora-"));
 * await saveGgufLora(adapter, model, join(folder, "adapter.gguf"));
 * const file = await openGguf(join(folder, "adapter.gguf"));
 * assert.deepEqual([...file.tensors.keys()], ["blk.0.attn_v.weight.lora_a", "blk.0.attn_v.weight.lora_b"]);
 * await file.close();
 * await rm(folder, { recursive: true });
 * ```
 */
export async function saveGgufLora(
  adapter: Adapter,
  { config }: { readonly config: LlamaConfig },
  path: string,
): Promise<void> {
  if (adapter.saved.length > 0) {
    const { name } = adapter.saved[0]!.linear;
    throw new UsageError(`${name} trains whole, which GGUF LoRA cannot hold; merge the adapter instead`);
  }
  const factors = loraForm(adapter);
  try {
    const byName = new Map(Array.from(factors, ([{ name }, factors]) => [name, factors]));
    const alpha = Math.max(...Array.from(byName.values(), ({ A }) => A.shape[0]));
    const tensors = new Map<string, NamedArray>();
    for (let layer = 0; layer < config.num_hidden_layers; layer++) {
      for (const projection of projections) {
        const found = byName.get(linearName(layer, projection));
        if (!found) continue;
        const { A, B } = found;
        const rank = A.shape[0];
        const b = (await B.data<"float32">()).map((x) => x * rank / alpha);
        const weight = `blk.${layer}.${ggufNames[projection]}.weight`;
        tensors.set(`${weight}.lora_a`, {
          shape: A.shape,
          data: await A.data<"float32">() as NamedArray["data"],
        });
        tensors.set(`${weight}.lora_b`, {
          shape: B.shape,
          data: isInterleaved(projection, config) ? pairsTogether(b, rank, config.head_dim) : b,
        });
      }
    }
    await writeGguf(path, metadata(config, alpha), tensors);
  } finally {
    dispose([...factors.values()]);
  }
}

function metadata(config: LlamaConfig, alpha: number) {
  return {
    "general.architecture": ggufArchitecture(config),
    "general.type": "adapter",
    "adapter.type": "lora",
    "adapter.lora.alpha": { f32: alpha },
  };
}
