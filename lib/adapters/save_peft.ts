import { existsSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { type PeftAdapter, type PeftLora, type PeftVera, writePeftAdapter } from "../formats/peft_adapter.ts";
import type { PeftLoraModule, PeftSavedModule, PeftVeraModule } from "../formats/peft_modules.ts";
import type { NamedArray } from "../formats/safetensors.ts";
import type { Update } from "../nn/update.ts";
import { dispose, tidy } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import type { AdaptedLinear, Adapter } from "./adapter.ts";
import { loraForm } from "./lora_form.ts";

/** How an adapter is written for PEFT. */
export interface PeftOptions {
  /**
   * `native` keeps LoRA, rsLoRA, DoRA and VeRA as PEFT knows them and writes every other method as plain LoRA; `lora`
   * writes them all as plain LoRA with scaling 1, for programs that read nothing else.
   */
  readonly form?: "native" | "lora";
  /**
   * What plain LoRA is relative to, where a start was taken off the weights: `given` is the model as it was loaded, with
   * factors of rank 2r (r where A does not train); `reduced` keeps rank r, but it is right only beside a base model from
   * whose weights the start has been taken off.
   */
  readonly base?: "given" | "reduced";
  /** The base model's name on the Hub, or its folder, as PEFT is to find it. */
  readonly baseModel?: string;
  /** PEFT's name for the kind of model; by default `SEQ_CLS` for a model whose head trains, else `CAUSAL_LM`. */
  readonly taskType?: string;
}

/**
 * Writes an adapter to a folder as PEFT does, for PEFT, transformers and vLLM: beside the given base model it computes
 * the same there as here.
 *
 * @returns bytes of the tensors' file
 * @throws UsageError for full fine-tuning, for DoRA as plain LoRA, and where the folder cannot be written or holds an
 *   adapter that `saveAdapter` wrote
 *
 * @example
 * ```ts
 * import { adapt, loadPeft, Random, randomLlama, savePeft, useBackend } from "nlora";
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
 * const adapter = await adapt(model, { method: "nlora", rank: 2 });
 * const folder = await mkdtemp(join(tmpdir(), "nlora-"));
 * await savePeft(adapter, folder);
 * adapter.remove();
 * assert.equal((await loadPeft(model, folder)).spec.rank, 4); // NLoRA's change of the given weights as plain LoRA
 * await rm(folder, { recursive: true });
 * ```
 */
export async function savePeft(adapter: Adapter, folder: string, options: PeftOptions = {}): Promise<number> {
  if (existsSync(join(folder, "adapter.json"))) {
    throw new UsageError(
      `${folder} holds an adapter of this library, whose tensors would be overwritten; choose another folder`,
    );
  }
  return await writePeftAdapter(folder, await peftAdapter(adapter, options));
}

async function peftAdapter(
  adapter: Adapter,
  { form = "native", base = "given", baseModel, taskType }: PeftOptions,
): Promise<PeftAdapter> {
  const { adapted } = adapter;
  const saved = await savedModules(adapter.saved);
  const common = {
    targetModules: targetsOf(adapter),
    saved,
    baseModel: baseModel ?? null,
    taskType: taskType ?? (saved.size > 0 ? "SEQ_CLS" : "CAUSAL_LM"),
  };
  if (form === "native" && adapted.every(({ update }) => isVera(update))) {
    return { ...common, ...await veraModules(adapted) };
  }
  if (form === "native" && adapted.every(({ update }) => isLora(update))) {
    const { rslora } = adapter.spec;
    return {
      ...common,
      type: "LORA",
      rslora,
      start: null,
      modules: await loraModules(adapted, rslora),
    };
  }
  const modules = new Map<string, PeftLoraModule>();
  const factors = loraForm(adapter, { base });
  try {
    for (const [{ name }, { A, B }] of factors) {
      modules.set(name, { A: await arrayOf(A), B: await arrayOf(B), alpha: A.shape[0], magnitude: null });
    }
  } finally {
    dispose([...factors.values()]);
  }
  return { ...common, type: "LORA", rslora: false, start: null, modules };
}

function isVera({ factors }: Update): boolean {
  return factors.lambda_d !== undefined;
}

/** Whether the update is s·B·A beside the given weight, with magnitudes or without. */
function isLora({ factors, start }: Update): boolean {
  return factors.A !== undefined && !factors.N && !factors.lambda_d && !start;
}

/** What the adapter was told to target, where PEFT reads it alike; otherwise the names of the maps. */
function targetsOf({ spec: { targets, layers }, adapted }: Adapter): readonly string[] {
  if (typeof targets !== "string" && layers === null) return targets;
  const names = adapted.map(({ linear }) => linear.name);
  return targets === "all-linear" && layers === null
    ? [...new Set(names.map((name) => name.slice(name.lastIndexOf(".") + 1)))]
    : names;
}

/** The maps that train whole, as they have become. */
async function savedModules(modules: readonly AdaptedLinear[]): Promise<Map<string, PeftSavedModule>> {
  const saved = new Map<string, PeftSavedModule>();
  for (const { linear, update: { factors } } of modules) {
    const { weight, bias } = tidy(() => ({
      weight: tf.add(linear.given(), factors.delta!),
      bias: linear.bias && tf.add(linear.bias, factors.bias!),
    }));
    saved.set(linear.name, { weight: await arrayOf(weight), bias: bias && await arrayOf(bias) });
    dispose([weight, bias]);
  }
  return saved;
}

async function loraModules(
  modules: readonly AdaptedLinear[],
  rslora: boolean,
): Promise<PeftLora["modules"]> {
  const result = new Map<string, PeftLoraModule>();
  for (const { linear, update: { factors: { A, B, magnitude }, scaling } } of modules) {
    const rank = A!.shape[0];
    result.set(linear.name, {
      A: await arrayOf(A!),
      B: await arrayOf(B!),
      alpha: Number((scaling * (rslora ? Math.sqrt(rank) : rank)).toPrecision(15)),
      magnitude: magnitude ? await arrayOf(magnitude) : null,
    });
  }
  return result;
}

/** PEFT has no scaling for VeRA: it goes into b. The largest A and B hold those of all other maps. */
async function veraModules(
  modules: readonly AdaptedLinear[],
): Promise<Pick<PeftVera, "type" | "rank" | "projections" | "projectionKey" | "modules">> {
  const updates = modules.map(({ update }) => update.factors);
  const A = updates.map(({ A }) => A!).reduce((a, b) => b.shape[1] > a.shape[1] ? b : a);
  const B = updates.map(({ B }) => B!).reduce((a, b) => b.shape[0] > a.shape[0] ? b : a);
  const vectors = new Map<string, PeftVeraModule>();
  for (const { linear, update: { factors: { lambda_d, lambda_b }, scaling } } of modules) {
    const b = await arrayOf(lambda_b!);
    vectors.set(linear.name, {
      d: await arrayOf(lambda_d!),
      b: { ...b, data: b.data.map((x) => scaling * x) },
    });
  }
  return {
    type: "VERA",
    rank: A.shape[0],
    projections: { A: await arrayOf(A), B: await arrayOf(B) },
    projectionKey: 0,
    modules: vectors,
  };
}

async function arrayOf(tensor: tf.Tensor): Promise<NamedArray> {
  return { shape: tensor.shape, data: await tensor.data<"float32">() as Float32Array<ArrayBuffer> };
}
