import * as tf from "@tensorflow/tfjs-core";
import { type PeftAdapter, type PeftVera, readPeftAdapter } from "../formats/peft_adapter.ts";
import type { PeftStart } from "../formats/peft_config.ts";
import type { PeftLoraModule, PeftSavedModule, PeftVeraProjections } from "../formats/peft_modules.ts";
import type { NamedArray } from "../formats/safetensors.ts";
import type { Factors } from "../nn/factors.ts";
import type { Linear } from "../nn/linear.ts";
import type { LowRankFactors } from "../nn/low_rank.ts";
import type { Update } from "../nn/update.ts";
import { Random } from "../tensor/random.ts";
import { dispose, tidy } from "../tensor/tidy.ts";
import { torchUniform } from "../tensor/torch_uniform.ts";
import { UsageError } from "../usage_error.ts";
import type { Adaptable } from "./adaptable.ts";
import { type AdaptedLinear, Adapter } from "./adapter.ts";
import {
  type AdapterOptions,
  type AdapterSpec,
  adapterSpec,
  choicesOf,
  rankOf,
  scalingOf,
} from "./adapter_spec.ts";
import { checkFree } from "./check_free.ts";
import type { SharedMatrices } from "./method.ts";
import { findMethod } from "./methods.ts";
import { otherLinears, trainedWhole } from "./saved_modules.ts";

/**
 * Reads an adapter that PEFT saved and puts it on a model: LoRA, rsLoRA, DoRA and VeRA as the methods of those names. Of
 * PiSSA and OLoRA in their own form the files hold A and B alone: as in PEFT, their start is computed anew from the
 * model's weights and taken off them, so it must be the model that they began from. The matrices of a VeRA that was saved
 * without them are drawn as PyTorch draws them.
 *
 * @throws UsageError where the folder holds no adapter that is read, or the adapter does not fit the model; the model is
 *   then as it was
 *
 * @example
 * ```ts
 * import { loadPeft, Random, randomLlama, UsageError, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const config = {
 *   vocab_size: 16, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 1, num_attention_heads: 2,
 *   num_key_value_heads: 1, head_dim: 4, max_position_embeddings: 32, rope_theta: 100, rms_norm_eps: 1e-5,
 * };
 * const model = randomLlama(config, new Random(0));
 * await assert.rejects(loadPeft(model, "no-such-folder"), UsageError);
 * ```
 */
export async function loadPeft(model: Adaptable, folder: string): Promise<Adapter> {
  const peft = await readPeftAdapter(folder);
  const linears = adaptedLinears(peft, model, folder);
  const saved = savedLinears(peft, model, folder);
  checkFree([...linears, ...saved]);
  const others = otherLinears(model, saved);
  const options = { ...optionsOf(peft), targets: targetsOf(linears, others) };
  const spec = adapterSpec(options, others, saved.map(({ name }) => name));
  const { trains } = findMethod(spec.method);
  const shared: SharedMatrices = peft.type === "VERA" ? sharedMatrices(peft, linears) : new Map();
  const modules: AdaptedLinear[] = [];
  const adapter = new Adapter(spec, modules);
  try {
    for (const linear of linears) {
      const start = peft.type === "LORA" && peft.start ? await startOf(peft.start, linear, spec) : null;
      const factors = peft.type === "LORA"
        ? loraFactors(peft.modules.get(linear.name)!)
        : veraFactors(peft, linear, shared);
      const scaling = scalingOf(spec, linear);
      modules.push({ linear, update: { factors, scaling, trains: new Set(trains), start, rowNorms: null } });
    }
    for (const linear of saved) {
      modules.push({ linear, update: changeTo(peft.saved.get(linear.name)!, linear) });
    }
    adapter.attach();
  } catch (error) {
    adapter.remove();
    throw error;
  } finally {
    dispose([...shared.values()]);
  }
  return adapter;
}

/** The linear maps that the adapter names, in the model's order, whose shapes fit. */
function adaptedLinears(peft: PeftAdapter, { linears }: Adaptable, folder: string): Linear[] {
  for (const name of peft.modules.keys()) {
    const linear = linears.get(name);
    if (!linear) {
      const [example] = linears.keys();
      throw new UsageError(
        `the adapter in ${folder} adapts ${name}, and this model's linear maps are such as ${example}; ` +
          "load it on the model that it was made for",
      );
    }
    const [m, n] = shapeIn(peft, linear);
    if (m !== linear.outputs || n !== linear.inputs) {
      throw new UsageError(
        `${name} is ${m}×${n} for the adapter in ${folder} and ${linear.outputs}×${linear.inputs} in this model; ` +
          "load it on the model that it was made for",
      );
    }
  }
  return [...linears.values()].filter(({ name }) => peft.modules.has(name));
}

/** The linear maps that the adapter holds whole, in the model's order, whose shapes fit. */
function savedLinears(peft: PeftAdapter, { linears, head = new Map() }: Adaptable, folder: string): Linear[] {
  const all = new Map([...linears, ...Array.from(head, ([name, { linear }]) => [name, linear] as const)]);
  for (const [name, { weight, bias }] of peft.saved) {
    const linear = all.get(name);
    const fits = linear && weight.shape.join() === [linear.outputs, linear.inputs].join() &&
      (bias !== null) === (linear.bias !== null);
    if (fits) continue;
    const here = linear ? `(${linear.outputs}, ${linear.inputs})` : "no linear map";
    throw new UsageError(
      `${name} is (${weight.shape.join(", ")})${
        bias ? " with a bias" : ""
      } for the adapter in ${folder} and ${here} ` +
        "in this model; load it on the model that it was made for, with as many labels",
    );
  }
  return [...all.values()].filter(({ name }) => peft.saved.has(name));
}

/** What makes a map's weight and bias those that the adapter holds. */
function changeTo({ weight, bias }: PeftSavedModule, linear: Linear): Update {
  return tidy(() =>
    trainedWhole(
      tf.sub(matrix(weight), linear.given()),
      bias && tf.sub(tf.tensor1d(bias.data), linear.bias!),
    )
  );
}

/** The shape (m, n) of a linear map as the adapter has it; VeRA's matrices may be larger than one map needs. */
function shapeIn(peft: PeftAdapter, { name, inputs }: Linear): [number, number] {
  if (peft.type === "LORA") {
    const { A, B } = peft.modules.get(name)!;
    return [B.shape[0]!, A.shape[1]!];
  }
  const columns = peft.projections?.A.shape[1] ?? inputs;
  return [peft.modules.get(name)!.b.shape[0]!, Math.min(columns, inputs)];
}

function optionsOf(peft: PeftAdapter): AdapterOptions {
  if (peft.type === "VERA") return { method: "vera", rank: peft.rank };
  const modules = [...peft.modules];
  const [, first] = modules[0]!;
  const rank = first.A.shape[0]!;
  const { alpha } = first;
  const unlike = (usual: number, valueOf: (module: PeftLoraModule) => number) =>
    Object.fromEntries(
      modules.map(([name, module]) => [name, valueOf(module)]).filter(([, value]) => value !== usual),
    );
  return {
    method: peft.start ?? (first.magnitude ? "dora" : "lora"),
    rank,
    alpha,
    rslora: peft.rslora,
    rank_pattern: unlike(rank, ({ A }) => A.shape[0]!),
    alpha_pattern: unlike(alpha, ({ alpha }) => alpha),
    ...peft.start === "pissa" && { init: "exact" },
  };
}

/** The last parts of the maps' names where they mean no other map of the model, else the names. */
function targetsOf(adapted: readonly Linear[], linears: ReadonlyMap<string, Linear>): string[] {
  const lastPart = ({ name }: Linear) => name.slice(name.lastIndexOf(".") + 1);
  const parts = new Set(adapted.map(lastPart));
  const meant = [...linears.values()].filter((linear) => parts.has(lastPart(linear)));
  return meant.length === adapted.length ? [...parts] : adapted.map(({ name }) => name);
}

function loraFactors({ A, B, magnitude }: PeftLoraModule): Factors {
  return { A: matrix(A), B: matrix(B), ...magnitude && { magnitude: tf.tensor1d(magnitude.data) } };
}

/** What PEFT takes off the weight on reading: with OLoRA s·Q·R, without the division of R by s. */
async function startOf(start: PeftStart, linear: Linear, spec: AdapterSpec): Promise<LowRankFactors> {
  const method = findMethod(start);
  const scaling = scalingOf(spec, linear);
  const options = { ...choicesOf(spec, method), rank: rankOf(spec, linear), scaling, shared: new Map() };
  const weight = linear.given();
  const { factors } = await method.init(weight, options, new Random(spec.seed));
  weight.dispose();
  const { A, B } = factors as LowRankFactors;
  if (start === "pissa") return { A, B };
  const R = tf.mul<tf.Tensor2D>(A, scaling);
  A.dispose();
  return { A: R, B };
}

function veraFactors({ modules }: PeftVera, linear: Linear, shared: SharedMatrices): Factors {
  const { d, b } = modules.get(linear.name)!;
  return {
    A: tf.clone(shared.get(`A${linear.inputs}`)!),
    lambda_d: tf.tensor1d(d.data),
    B: tf.clone(shared.get(`B${linear.outputs}`)!),
    lambda_b: tf.tensor1d(b.data),
  };
}

/** `A…` (r, n) and `B…` (m, r) by each n and m that the maps have, owned by the caller. */
function sharedMatrices(peft: PeftVera, linears: readonly Linear[]): SharedMatrices {
  const heights = new Set(linears.map(({ outputs }) => outputs));
  const widths = new Set(linears.map(({ inputs }) => inputs));
  const { A, B } = peft.projections ?? drawProjections(peft, Math.max(...heights), Math.max(...widths));
  const [wholeA, wholeB] = [matrix(A), matrix(B)];
  const shared = new Map([
    ...Array.from(widths, (n) => [`A${n}`, tf.slice(wholeA, [0, 0], [-1, n])] as const),
    ...Array.from(heights, (m) => [`B${m}`, tf.slice(wholeB, [0, 0], [m, -1])] as const),
  ]);
  dispose([wholeA, wholeB]);
  return shared;
}

/** The matrices that PEFT draws from its seed: Kaiming-uniform, A before B. */
function drawProjections({ rank, projectionKey }: PeftVera, m: number, n: number): PeftVeraProjections {
  const draw = torchUniform(projectionKey);
  const kaiming = (shape: readonly [number, number]) => {
    const bound = Math.sqrt(6 / shape[1]);
    return { shape, data: draw(shape[0] * shape[1], -bound, bound) };
  };
  return { A: kaiming([rank, n]), B: kaiming([m, rank]) };
}

function matrix({ data, shape }: NamedArray): tf.Tensor2D {
  return tf.tensor2d(data, shape as [number, number]);
}
