import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../usage_error.ts";
import { openFile, readBytes } from "./open_file.ts";
import { parsePeftConfig, type PeftConfig, type PeftStart } from "./peft_config.ts";
import {
  type PeftLoraModule,
  peftLoraModules,
  peftParts,
  peftPrefix,
  type PeftSavedModule,
  peftSavedModules,
  type PeftTensors,
  type PeftVeraModule,
  peftVeraModules,
  type PeftVeraProjections,
  savedModuleNames,
  veraProjections,
} from "./peft_modules.ts";
import { type NamedArray, readSafetensors, writeSafetensors } from "./safetensors.ts";
import { torchFile } from "./safetensors_file.ts";
import { writeAside } from "./write_aside.ts";

/** An adapter as PEFT keeps it: what it computes, and its tensors by the names of the maps that they adapt. */
export type PeftAdapter = PeftLora | PeftVera;

interface PeftAdapterBase {
  /** What PEFT selects the maps by: names or ends of names, or one regular expression. */
  readonly targetModules: string | readonly string[] | null;
  /** Maps that train whole beside the adapter, with their weights as they are (`modules_to_save`), by their names. */
  readonly saved: ReadonlyMap<string, PeftSavedModule>;
  readonly baseModel: string | null;
  /** PEFT's name for the kind of model, such as `CAUSAL_LM`. */
  readonly taskType: string | null;
}

/** LoRA: ΔW = s·B·A with s = alpha / r, and its relatives. */
export interface PeftLora extends PeftAdapterBase {
  readonly type: "LORA";
  /** rsLoRA: s = alpha / √r. */
  readonly rslora: boolean;
  /** PiSSA, OLoRA: the start that PEFT computes from the given weights and takes off them on reading, or null. */
  readonly start: PeftStart | null;
  readonly modules: ReadonlyMap<string, PeftLoraModule>;
}

/** VeRA: ΔW = diag(b)·B[:m]·diag(d)·A[:, :n] with A and B shared by all maps. */
export interface PeftVera extends PeftAdapterBase {
  readonly type: "VERA";
  readonly rank: number;
  /** Null where PEFT draws them again from `projectionKey`. */
  readonly projections: PeftVeraProjections | null;
  readonly projectionKey: number;
  readonly modules: ReadonlyMap<string, PeftVeraModule>;
}

const tensorsFile = "adapter_model.safetensors";
const pickledFile = "adapter_model.bin";
const configFile = "adapter_config.json";

/** Whether a folder holds an adapter of PEFT. */
export function hasPeftAdapter(folder: string): boolean {
  return existsSync(join(folder, configFile));
}

/**
 * Reads an adapter that PEFT saved (`adapter_config.json` and `adapter_model.safetensors`): LoRA with rsLoRA, DoRA,
 * PiSSA and OLoRA, and VeRA. Rank and alpha patterns are resolved for each map.
 *
 * @throws UsageError where a file is missing or damaged, the adapter is of another kind or has an option that is not
 *   read, or its tensors do not fit its configuration
 *
 * @example
 * ```ts
 * import { readPeftAdapter, UsageError } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await assert.rejects(readPeftAdapter("no-such-folder"), UsageError);
 * ```
 */
export async function readPeftAdapter(folder: string): Promise<PeftAdapter> {
  const path = join(folder, configFile);
  if (!hasPeftAdapter(folder)) {
    throw new UsageError(
      `there is no PEFT adapter in ${folder}: ${configFile} is expected there; give the folder of one`,
    );
  }
  const { handle, size } = await openFile(path);
  let bytes: Uint8Array;
  try {
    bytes = readBytes(handle, path, 0, size);
  } finally {
    await handle.close();
  }
  const config = parsePeftConfig(new TextDecoder().decode(bytes), path);
  if (!existsSync(join(folder, tensorsFile)) && existsSync(join(folder, pickledFile))) {
    throw torchFile(join(folder, pickledFile));
  }
  const { tensors } = await readSafetensors(join(folder, tensorsFile));
  return assemble(config, tensors, join(folder, tensorsFile));
}

/**
 * Writes an adapter as PEFT does, `adapter_config.json` last, so that a folder with it is whole. Maps whose rank or
 * alpha is not the first one's are named in the patterns.
 *
 * @returns bytes of the tensors' file
 * @throws UsageError where shapes disagree or the folder cannot be written
 *
 * @example
 * ```ts
 * import { type PeftLora, readPeftAdapter, writePeftAdapter } from "nlora";
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 *
 * const folder = await mkdtemp(join(tmpdir(), "nlora-"));
 * const module = {
 *   A: { shape: [1, 3], data: Float32Array.of(1, 2, 3) },
 *   B: { shape: [2, 1], data: Float32Array.of(4, 5) },
 *   alpha: 2,
 *   magnitude: null,
 * };
 * const adapter: PeftLora = {
 *   type: "LORA",
 *   rslora: false,
 *   start: null,
 *   targetModules: ["q_proj"],
 *   saved: new Map(),
 *   baseModel: null,
 *   taskType: "CAUSAL_LM",
 *   modules: new Map([["model.layers.0.self_attn.q_proj", module]]),
 * };
 * await writePeftAdapter(folder, adapter);
 * assert.deepEqual(await readPeftAdapter(folder), adapter);
 * await rm(folder, { recursive: true });
 * ```
 */
export async function writePeftAdapter(folder: string, adapter: PeftAdapter): Promise<number> {
  const path = join(folder, tensorsFile);
  const tensors = nameTensors(adapter);
  const config = JSON.stringify(adapter.type === "LORA" ? loraConfig(adapter) : veraConfig(adapter), null, 2);
  assemble(parsePeftConfig(config, join(folder, configFile)), tensors, path); // what cannot be read is not written
  await writeSafetensors(path, tensors, { format: "pt" });
  await writeAside(join(folder, configFile), config + "\n");
  return (await stat(path)).size;
}

function assemble(config: PeftConfig, tensors: PeftTensors, path: string): PeftAdapter {
  const { type, targetModules, modulesToSave, baseModel, taskType } = config;
  const { saved, rest } = peftSavedModules(tensors, modulesToSave, path);
  const base = { targetModules, saved, baseModel, taskType };
  if (type === "VERA") {
    const { r: rank, projectionKey } = config;
    return { type, ...base, rank, projectionKey, ...peftVeraModules(rest, config, path) };
  }
  const { rslora, start } = config;
  return { type, ...base, rslora, start, modules: peftLoraModules(rest, config, path) };
}

function nameTensors(adapter: PeftAdapter): Map<string, NamedArray> {
  const tensors = new Map<string, NamedArray>();
  if (adapter.type === "VERA" && adapter.projections) {
    tensors.set(veraProjections.A, adapter.projections.A).set(veraProjections.B, adapter.projections.B);
  }
  const suffixes: Readonly<Record<string, string>> = peftParts[adapter.type];
  for (const [module, parts] of adapter.modules) {
    for (const [part, array] of Object.entries(parts)) {
      if (part in suffixes && array) tensors.set(`${peftPrefix}${module}.${suffixes[part]}`, array);
    }
  }
  for (const [module, { weight, bias }] of adapter.saved) {
    tensors.set(`${peftPrefix}${module}.weight`, weight);
    if (bias) tensors.set(`${peftPrefix}${module}.bias`, bias);
  }
  return tensors;
}

/** What PEFT writes for every kind; vLLM and llama.cpp read some of it too. */
function commonConfig({ type, targetModules, modules, saved, baseModel, taskType }: PeftAdapter) {
  return {
    peft_type: type,
    task_type: taskType,
    base_model_name_or_path: baseModel,
    revision: null,
    inference_mode: true,
    target_modules: targetModules,
    bias: "none",
    fan_in_fan_out: false,
    modules_to_save: saved.size > 0 ? savedModuleNames(saved.keys(), modules.keys()) : null,
  };
}

function loraConfig(adapter: PeftLora) {
  const modules = [...adapter.modules];
  const [first] = adapter.modules.values();
  const rankOf = ({ A }: PeftLoraModule) => A.shape[0]!;
  const unlike = (value: (module: PeftLoraModule) => number) =>
    Object.fromEntries(
      modules.filter(([, module]) => value(module) !== value(first!)).map((
        [name, module],
      ) => [name, value(module)]),
    );
  return {
    ...commonConfig(adapter),
    r: first ? rankOf(first) : 1,
    lora_alpha: first?.alpha ?? 1,
    rank_pattern: unlike(rankOf),
    alpha_pattern: unlike(({ alpha }) => alpha),
    lora_dropout: 0,
    use_rslora: adapter.rslora,
    use_dora: modules.some(([, { magnitude }]) => magnitude !== null),
    init_lora_weights: adapter.start ?? true,
  };
}

function veraConfig(adapter: PeftVera) {
  return {
    ...commonConfig(adapter),
    r: adapter.rank,
    vera_dropout: 0,
    save_projection: adapter.projections !== null,
    projection_prng_key: adapter.projectionKey,
    init_weights: true,
  };
}
