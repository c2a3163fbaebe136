import { createHash } from "node:crypto";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { type NamedArray, readSafetensors, writeSafetensors } from "../formats/safetensors.ts";
import { writeAside } from "../formats/write_aside.ts";
import { type FactorName, factorNames, type Factors, factorShape } from "../nn/factors.ts";
import type { Linear } from "../nn/linear.ts";
import { isLowRank } from "../nn/low_rank.ts";
import { dispose } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import { type AdaptedLinear, Adapter } from "./adapter.ts";
import { type AdapterConfig, configFile, readAdapterConfig } from "./adapter_config.ts";
import { adapterSpec, rankOf, scalingOf } from "./adapter_spec.ts";
import type { Adaptable } from "./adaptable.ts";
import { attachCores } from "./attach_cores.ts";
import { checkFree } from "./check_free.ts";
import { findMethod } from "./methods.ts";
import { otherLinears, savedModules, trainedWhole } from "./saved_modules.ts";
import { targetedLinears } from "./target_linears.ts";

/** A model that adapters are bound to by the digest of its file. */
export interface AdapterHost extends Adaptable {
  readonly name: string;
  readonly digest: string | PromiseLike<string>;
}

const factorsFile = "adapter_model.safetensors";

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
  const store = new TensorStore();
  for (const { linear, update: { factors, start, core } } of adapter.modules) {
    for (const factor of factorNames) {
      if (factors[factor]) await store.put(tensorName(linear, "lora", factor), factors[factor]);
      if (start?.[factor]) await store.put(tensorName(linear, "start", factor), start[factor]);
    }
    if (core) await store.put(tensorName(linear, "core", "N"), core.start);
  }
  for (const { core, value } of adapter.parameters) if (core) await store.put(thetaName(core.name), value);
  const path = join(folder, factorsFile);
  await writeSafetensors(path, store.tensors, { format: "pt" });
  const config: AdapterConfig = {
    format: "nlora-adapter",
    version: 1,
    model: { name: model.name, digest: await model.digest },
    adapter: adapter.spec,
    same: store.same,
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
export async function checkAdapter(folder: string): Promise<void> {
  await readAdapterConfig(folder);
}

/**
 * Reads an adapter from a folder and puts it on the model that it was made for.
 *
 * @throws UsageError where there is no adapter, it is damaged, or it belongs to another model; the model is then as it was
 */
export async function loadAdapter(model: AdapterHost, folder: string): Promise<Adapter> {
  const config = await readAdapterConfig(folder);
  const digest = await model.digest;
  if (config.model.digest !== digest) {
    throw new UsageError(
      `the adapter in ${folder} was made for ${config.model.name} (file digest ${
        config.model.digest.slice(0, 12)
      }…), ` +
        `and this is ${model.name} (${digest.slice(0, 12)}…); load it on that model`,
    );
  }
  const path = join(folder, factorsFile);
  const { tensors } = await readSafetensors(path);
  const { modules_to_save } = config.adapter;
  const saved = savedModules(model, modules_to_save).map(({ linear }) => linear);
  const others = otherLinears(model, saved);
  const spec = adapterSpec(config.adapter, others, modules_to_save);
  const method = findMethod(spec.method);
  const linears = targetedLinears(spec, others);
  checkFree([...linears, ...saved]);
  const reader = new FactorReader(path, tensors, config.same ?? {});
  try {
    const modules = linears.map((linear): AdaptedLinear => {
      const factors = reader.factors(linear, "lora", rankOf(spec, linear));
      const begun = reader.factors(linear, "start", rankOf(spec, linear));
      const start = isLowRank(begun) ? begun : null;
      if (!method.trains.every((factor) => factors[factor]) || !start && Object.keys(begun).length > 0) {
        throw new UsageError(`${path} has not all factors for ${linear.name}; train the adapter again`);
      }
      const scaling = scalingOf(spec, linear);
      const leading = spec.rows === "first" && spec.columns === "first";
      return {
        linear,
        update: { factors, scaling, trains: new Set(method.trains), start, leading, rowNorms: null },
      };
    });
    attachCores(modules, spec, {
      start: ({ linear }) =>
        reader.need(tensorName(linear, "core", "N"), [rankOf(spec, linear), rankOf(spec, linear)]),
      theta: (name, _, shape) => reader.need(thetaName(name), shape),
    });
    const whole = saved.map((linear): AdaptedLinear => {
      const { delta, bias = null } = reader.factors(linear, "lora", 0);
      if (delta && (bias !== null) === (linear.bias !== null)) {
        return { linear, update: trainedWhole(delta, bias) };
      }
      throw new UsageError(`${path} has not all of ${linear.name}; train the adapter again`);
    });
    const adapter = new Adapter(spec, [...modules, ...whole]);
    adapter.attach();
    return adapter;
  } catch (error) {
    dispose([...reader.made.values()]);
    throw error;
  }
}

/** Factors, those that were taken off, and what N is a change of. */
type Kind = "lora" | "start" | "core";

function tensorName(linear: Linear, kind: Kind, factor: FactorName): string {
  return `${linear.name}.${kind}_${factor}.weight`;
}

function thetaName(core: string): string {
  return `${core}.core_theta`;
}

/** Collects tensors for a file; one that equals an earlier one is not kept twice. */
class TensorStore {
  readonly tensors = new Map<string, NamedArray>();
  /** The names of tensors that were not kept, with those of their equals. */
  readonly same: { [name: string]: string } = {};
  readonly #names = new Map<string, string>();

  async put(name: string, tensor: tf.Tensor): Promise<void> {
    const data = await tensor.data<"float32">() as Float32Array<ArrayBuffer>;
    const digest = createHash("sha256").update(String(tensor.shape)).update(new Uint8Array(data.buffer))
      .digest("hex");
    const equal = this.#names.get(digest);
    if (equal !== undefined) {
      this.same[name] = equal;
      return;
    }
    this.#names.set(digest, name);
    this.tensors.set(name, { shape: tensor.shape, data });
  }
}

/** Makes factors of the tensors of a file; equal ones share their memory. */
class FactorReader {
  readonly made = new Map<string, tf.Tensor>();

  constructor(
    readonly path: string,
    readonly arrays: ReadonlyMap<string, NamedArray>,
    readonly same: Readonly<{ [name: string]: string }>,
  ) {}

  /** The factors of one linear map that the file has. */
  factors(linear: Linear, kind: Kind, rank: number): Factors {
    const found = factorNames.map((factor) => {
      const shape = factorShape(factor, [linear.outputs, linear.inputs], rank);
      return [factor, this.#tensor(tensorName(linear, kind, factor), shape)];
    });
    return Object.fromEntries(found.filter(([, tensor]) => tensor !== null));
  }

  /**
   * One tensor of a shape.
   *
   * @throws UsageError where the file does not have it
   */
  need<T extends tf.Tensor>(name: string, shape: number[]): T {
    const tensor = this.#tensor(name, shape);
    if (tensor) return tensor as T;
    throw new UsageError(`${this.path} has no ${name}; train the adapter again`);
  }

  #tensor(name: string, shape: number[]): tf.Tensor | null {
    const source = this.same[name] ?? name;
    const array = this.arrays.get(source);
    if (!array) return null;
    if (array.shape.join() !== shape.join()) {
      throw new UsageError(
        `${this.path}: ${name} is [${array.shape}], and [${shape}] is expected; train it again`,
      );
    }
    if (!array.data.every(Number.isFinite)) {
      throw new UsageError(`${this.path}: ${name} has entries that are no numbers; train it again`);
    }
    const equal = this.made.get(source);
    const tensor = equal ? tf.clone(equal) : tf.tensor(array.data, shape);
    this.made.set(name, tensor);
    return tensor;
  }
}
