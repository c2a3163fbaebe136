import type * as tf from "@tensorflow/tfjs-core";
import { type CoreForm, coreForms, type TrainedCore } from "../nn/core_form.ts";
import type { Linear } from "../nn/linear.ts";
import type { AdaptedLinear } from "./adapter.ts";
import type { AdapterSpec } from "./adapter_spec.ts";
import type { CoreTying } from "./method.ts";

/** Where the tensors of cores come from; what they give becomes the adapter's own. */
export interface CoreSource {
  /** N₀ (r, r) of a map. */
  start(module: AdaptedLinear): tf.Tensor2D;
  /** θ of a core, by its name. */
  theta(name: string, form: CoreForm, shape: number[]): tf.Tensor;
}

/** Gives maps that train N the cores that a spec asks for; none where N trains as it is. */
export function attachCores(modules: readonly AdaptedLinear[], spec: AdapterSpec, source: CoreSource): void {
  const { core_form: form = "full", core_rank, core_tying = "none" } = spec;
  if (form === "full" && core_tying === "none") return;
  const cores = new Map<string, TrainedCore>();
  for (const module of modules) {
    const { linear, update } = module;
    const rank = update.factors.N!.shape[0];
    const name = coreName(linear, rank, core_tying);
    let trained = cores.get(name);
    if (!trained) {
      const shape = coreForms[form].shape(rank, core_rank ?? 1);
      trained = { name, form, theta: source.theta(name, coreForms[form], shape) };
      cores.set(name, trained);
    }
    update.core = { trained, start: source.start(module) };
  }
}

/** Equal for the maps that are tied. */
export function coreName({ name }: Pick<Linear, "name">, rank: number, tying: CoreTying): string {
  if (tying === "none") return name;
  return `${tying === "all" ? "all" : name.slice(name.lastIndexOf(".") + 1)}.rank${rank}`;
}
