import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { type NamedArray, readSafetensors, writeSafetensors } from "../formats/safetensors.ts";
import { writeAside } from "../formats/write_aside.ts";
import { factorNames, type Factors, type Linear } from "../nn/linear.ts";
import { UsageError } from "../usage_error.ts";
import { type AdaptedLinear, Adapter } from "./adapter.ts";
import { type AdapterSpec, targetedLinears } from "./adapter_spec.ts";
import type { Adaptable } from "./adapt.ts";
import { attach, checkFree } from "./attach.ts";
import { findMethod } from "./methods.ts";

/** A model that adapters are bound to by the digest of its file. */
export interface AdapterHost extends Adaptable {
  readonly name: string;
  readonly digest: string;
}

const factorsFile = "adapter_model.safetensors";
const configFile = "adapter.json";

interface AdapterConfig {
  readonly format: "nlora-adapter";
  readonly version: 1;
  readonly model: { readonly name: string; readonly digest: string };
  readonly adapter: AdapterSpec;
}

/**
 * Writes an adapter to a folder: its factors as `adapter_model.safetensors` (and, where the start was taken off the
 * weights, the start's), and what it is as `adapter.json`. The JSON comes last, so that a folder with it is whole.
 *
 * @returns bytes of the factors' file
 * @throws UsageError where the folder cannot be made or written, or the disk is full
 */
export async function saveAdapter(adapter: Adapter, model: AdapterHost, folder: string): Promise<number> {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`cannot make the folder ${folder} (${(error as Error).message}); choose another`);
  }
  const tensors = new Map<string, NamedArray>();
  for (const { linear, start } of adapter.modules) {
    await collect(tensors, linear, "lora", linear.update!.factors);
    if (start) await collect(tensors, linear, "start", start);
  }
  const path = join(folder, factorsFile);
  await writeSafetensors(path, tensors, { format: "pt" });
  const config: AdapterConfig = {
    format: "nlora-adapter",
    version: 1,
    model: { name: model.name, digest: model.digest },
    adapter: adapter.spec,
  };
  await writeAside(
    join(folder, configFile),
    new TextEncoder().encode(JSON.stringify(config, null, 2) + "\n"),
  );
  return statSync(path).size;
}

/**
 * Checks that a folder holds an adapter, before the time for loading its model is spent.
 *
 * @throws UsageError where there is none, or its description is damaged
 */
export function checkAdapter(folder: string): void {
  readConfig(folder);
}

/**
 * Reads an adapter from a folder and puts it on the model that it was made for.
 *
 * @throws UsageError where there is no adapter, it is damaged, or it belongs to another model; the model is then as it was
 */
export async function loadAdapter(model: AdapterHost, folder: string): Promise<Adapter> {
  const config = readConfig(folder);
  if (config.model.digest !== model.digest) {
    throw new UsageError(
      `the adapter in ${folder} was made for ${config.model.name} (file digest ${
        config.model.digest.slice(0, 12)
      }…), ` +
        `and this is ${model.name} (${model.digest.slice(0, 12)}…); load it on that model`,
    );
  }
  const path = join(folder, factorsFile);
  const { tensors } = await readSafetensors(path);
  const spec = config.adapter;
  const linears = targetedLinears(spec, model.linears);
  checkFree(linears);
  const read = linears.map((linear) => ({
    linear,
    factors: factorArrays(tensors, path, linear, "lora", spec),
    start: tensors.has(`${linear.name}.start_A.weight`)
      ? factorArrays(tensors, path, linear, "start", spec)
      : null,
  }));
  const { trains } = findMethod(spec.method);
  const modules: AdaptedLinear[] = read.map(({ linear, factors, start }) =>
    attach(linear, onBackend(factors, spec), start && onBackend(start, spec), trains)
  );
  return new Adapter(spec, modules);
}

async function collect(
  tensors: Map<string, NamedArray>,
  linear: Linear,
  kind: "lora" | "start",
  factors: Factors,
): Promise<void> {
  for (const factor of factorNames) {
    const value = factors[factor];
    if (!value) continue;
    tensors.set(`${linear.name}.${kind}_${factor}.weight`, {
      shape: value.shape,
      data: await value.data<"float32">() as Float32Array<ArrayBuffer>,
    });
  }
}

function readConfig(folder: string): AdapterConfig {
  const path = join(folder, configFile);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new UsageError(
      `there is no adapter in ${folder}: ${configFile} is expected there; give the folder of one`,
    );
  }
  try {
    const config = JSON.parse(text) as AdapterConfig;
    if (config.format === "nlora-adapter" && config.version === 1 && config.adapter && config.model?.digest) {
      return config;
    }
  } catch {
    // Refused below.
  }
  throw new UsageError(`${path} is not the description of an adapter of this library; train it again`);
}

type FactorArrays = { readonly A: NamedArray; readonly N: NamedArray | null; readonly B: NamedArray };

function factorArrays(
  tensors: ReadonlyMap<string, NamedArray>,
  path: string,
  linear: Linear,
  kind: "lora" | "start",
  { rank }: AdapterSpec,
): FactorArrays {
  const shapes = { A: [rank, linear.inputs], N: [rank, rank], B: [linear.outputs, rank] };
  const find = (factor: keyof typeof shapes) => {
    const name = `${linear.name}.${kind}_${factor}.weight`;
    const array = tensors.get(name);
    if (array && array.shape.join() !== shapes[factor].join()) {
      throw new UsageError(
        `${path}: ${name} is [${array.shape}], and [${shapes[factor]}] is expected; train it again`,
      );
    }
    return array ?? null;
  };
  const [A, N, B] = [find("A"), find("N"), find("B")];
  if (!A || !B) {
    throw new UsageError(`${path} has no ${kind} factors for ${linear.name}; train the adapter again`);
  }
  return { A, N, B };
}

function onBackend({ A, N, B }: FactorArrays, { alpha, rank }: AdapterSpec): Factors {
  const tensor = ({ data, shape }: NamedArray) => tf.tensor2d(data, shape as [number, number]);
  return { A: tensor(A), N: N && tensor(N), B: tensor(B), scaling: alpha / rank };
}
