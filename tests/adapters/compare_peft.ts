/**
 * Writes an adapter of every method for PEFT, has PEFT read it beside the same model, and compares the logits: on the tiny
 * model, or with the argument `smollm2` on SmolLM2. Ends with 1 where a difference is beyond the tolerance.
 */
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { table } from "arquero";
import { adapt } from "../../lib/adapters/adapt.ts";
import type { AdapterOptions } from "../../lib/adapters/adapter_spec.ts";
import { methods } from "../../lib/adapters/methods.ts";
import { type PeftOptions, savePeft } from "../../lib/adapters/save_peft.ts";
import { peerPython } from "../../lib/benchmarks/bench_peer.ts";
import { execute } from "../../lib/benchmarks/execute.ts";
import { openGguf } from "../../lib/formats/gguf.ts";
import { type NamedArray, readSafetensors, writeSafetensors } from "../../lib/formats/safetensors.ts";
import type { Llama } from "../../lib/models/llama.ts";
import type { LlamaConfig } from "../../lib/models/llama_config.ts";
import { findModel } from "../../lib/models/find_model.ts";
import { loadModel } from "../../lib/models/load_model.ts";
import { formatTable } from "../../lib/report/table.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { withFolder } from "../temporary_folder.ts";
import { disturb } from "./disturb.ts";
import { goldenFolder, goldenLlama } from "./golden_llama.ts";

interface Case {
  readonly name: string;
  readonly options: AdapterOptions;
  readonly saved?: PeftOptions;
}

/** Largest absolute difference that is allowed, as a share of the largest logit. */
const tolerance = 1e-4;
const ids = [3, 1, 4, 1, 5, 9, 2, 6, 22, 0, 17];

const cases: readonly Case[] = [
  ...methods.filter(({ trains }) => !trains.includes("delta")).map(({ name }) => ({
    name,
    options: { method: name },
  })),
  { name: "rslora", options: { method: "lora", rslora: true } },
  { name: "rslora-as-lora", options: { method: "lora", rslora: true }, saved: { form: "lora" } },
  { name: "vera-as-lora", options: { method: "vera" }, saved: { form: "lora" } },
  { name: "nlora-released", options: { method: "nlora", residual: false } },
  {
    name: "lora-patterns",
    options: {
      method: "lora",
      rank_pattern: { k_proj: 2, "layers.1.*": 4 },
      alpha_pattern: { down_proj: 5 },
    },
  },
  { name: "dora-some-layers", options: { method: "dora", targets: ["v_proj", "down_proj"], layers: [1] } },
];

/** Writes the cases, has PEFT read them, and gives the table and whether all are within the tolerance. */
async function compare(model: Llama, folder: string): Promise<{ text: string; equal: boolean }> {
  const adapters = join(folder, "adapters");
  const base = await logits(model);
  const ours = new Map([["base", base]]);
  for (const { name, options, saved } of cases) {
    const adapter = await adapt(model, { rank: 3, alpha: 6, ...options });
    disturb(adapter);
    ours.set(name, await logits(model));
    await savePeft(adapter, join(adapters, name), saved);
    adapter.remove();
  }
  const out = join(folder, "logits.safetensors");
  const script = join(import.meta.dirname!, "compare_peft.py");
  await execute(await peerPython(), [script, join(folder, "model"), adapters, out, ...ids.map(String)]);
  const { tensors: theirs } = await readSafetensors(out);
  const rows = Array.from(ours, ([adapter, values]) => {
    const difference = largest(values, theirs.get(adapter)!.data);
    return { adapter, difference, share: difference / largest(values), change: largest(values, base) };
  });
  const short = (name: "difference" | "share" | "change") => rows.map((row) => row[name].toExponential(1));
  const text = formatTable(table({
    "adapter": rows.map(({ adapter }) => adapter),
    "difference from PEFT": short("difference"),
    "of the largest logit": short("share"),
    "change by the adapter": short("change"),
  }));
  return { text, equal: rows.every(({ share }) => share <= tolerance) };
}

async function logits(model: Llama): Promise<Float32Array> {
  const tensor = model.logits(Int32Array.from(ids), 1);
  const values = await tensor.data<"float32">();
  tensor.dispose();
  return values;
}

/** The largest |a − b|. */
function largest(a: Float32Array, b?: Float32Array): number {
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b?.[i] ?? 0))), 0);
}

/** The weights of SmolLM2 in transformers' names and order of rows. */
async function smollm2Tensors(model: Llama, path: string): Promise<Map<string, NamedArray>> {
  const tensors = new Map<string, NamedArray>();
  await using file = await openGguf(path);
  const put = async (name: string, gguf: string) =>
    tensors.set(name, { shape: file.tensors.get(gguf)!.shape, data: await file.read(gguf) });
  await put("model.embed_tokens.weight", "token_embd.weight");
  await put("model.norm.weight", "output_norm.weight");
  for (let i = 0; i < model.config.num_hidden_layers; i++) {
    await put(`model.layers.${i}.input_layernorm.weight`, `blk.${i}.attn_norm.weight`);
    await put(`model.layers.${i}.post_attention_layernorm.weight`, `blk.${i}.ffn_norm.weight`);
  }
  for (const { name, weight } of model.linears.values()) {
    tensors.set(`${name}.weight`, {
      shape: weight.shape,
      data: await weight.data<"float32">() as NamedArray["data"],
    });
  }
  return tensors;
}

async function writeConfig(folder: string, { rope_theta, ...config }: LlamaConfig): Promise<void> {
  const json = {
    ...config,
    model_type: "llama",
    architectures: ["LlamaForCausalLM"],
    rope_parameters: { rope_type: "default", rope_theta },
    tie_word_embeddings: true,
  };
  await mkdir(folder);
  await writeFile(join(folder, "config.json"), JSON.stringify(json));
}

async function tiny(folder: string): Promise<Llama> {
  const model = await goldenLlama();
  await writeConfig(folder, model.config);
  await copyFile(join(goldenFolder, "model.safetensors"), join(folder, "model.safetensors"));
  return model;
}

async function smollm2(folder: string): Promise<Llama> {
  const path = await findModel("smollm2-135m-instruct");
  const model = await loadModel(path);
  await writeConfig(folder, model.config);
  await writeSafetensors(join(folder, "model.safetensors"), await smollm2Tensors(model, path), {
    format: "pt",
  });
  return model;
}

await useBackend();
await withFolder(async (folder) => {
  const model = await (Deno.args[0] === "smollm2" ? smollm2 : tiny)(join(folder, "model"));
  const { text, equal } = await compare(model, folder);
  console.log(text);
  model.dispose();
  Deno.exitCode = equal ? 0 : 1;
});
