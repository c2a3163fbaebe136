import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../adapters/adapt.ts";
import { checkMethod } from "../adapters/adapter_spec.ts";
import type { Adapter } from "../adapters/adapter.ts";
import { findMethod } from "../adapters/methods.ts";
import { toHost } from "../linalg/host_matrix.ts";
import type { NystromCore } from "../linalg/nystrom.ts";
import { cond } from "../linalg/pinv.ts";
import { relativeError } from "../linalg/relative_error.ts";
import type { Llama } from "../models/llama.ts";
import { loadModel } from "../models/load_model.ts";
import type { Linear } from "../nn/linear.ts";
import { progressLine } from "../report/progress.ts";
import { peakMemory } from "../tensor/peak_memory.ts";
import { useBackend } from "../tensor/use_backend.ts";
import {
  type Command,
  type Given,
  optionalBoolean,
  optionalInteger,
  optionalNumber,
  optionalText,
  present,
  requiredText,
} from "./command.ts";

interface LayerReport {
  readonly name: string;
  readonly shape: readonly number[];
  readonly ms: number;
  /** ‖W − s·B·N·A‖ / ‖W‖ in the Frobenius norm, with W the weight as given. */
  readonly relative_error: number;
  /** σ₁/σᵣ of the block W[:r, :r]; null for methods that do not use it. */
  readonly cond: number | null;
}

const probe =
  "Natalia sold 48 cups of tea in April and half as many in May. How many did she sell altogether?";

/** `nlora init`: times and measures the start of a method, layer by layer. */
export const init: Command = {
  name: "init",
  summary: "times and measures a method's start, layer by layer",
  usage:
    "--model M --method X [--rank 16] [--alpha RANK] [--core copy|pinv|cur] [--residual true|false] [--seed 0]",
  options: {
    model: { type: "string" },
    method: { type: "string" },
    rank: { type: "string" },
    alpha: { type: "string" },
    core: { type: "string" },
    residual: { type: "string" },
    seed: { type: "string" },
  },
  async run(given) {
    const method = findMethod(requiredText(given, "method"));
    const chosen = options(given);
    checkMethod({ method: method.name, ...chosen });
    const modelName = requiredText(given, "model");
    const rank = optionalInteger(given, "rank", 0) ?? 16;
    await useBackend();
    const model = await loadModel(modelName);
    const before = probeLogits(model);
    const conditions = method.nystrom ? await blockConditions(model, rank) : null;
    const milliseconds = new Map<string, number>();
    const line = progressLine({ total: model.linears.size, unit: "layers", label: method.name });
    peakMemory.start();
    let adapter: Adapter;
    try {
      adapter = await adapt(model, { method: method.name, rank, ...chosen }, (linear, ms) => {
        milliseconds.set(linear.name, ms);
        line.update({ done: milliseconds.size });
      });
    } finally {
      line.end();
    }
    const peak = peakMemory.read();
    const layers: LayerReport[] = [];
    for (const { linear, start } of adapter.modules) {
      layers.push({
        name: linear.name,
        shape: linear.weight.shape,
        ms: milliseconds.get(linear.name)!,
        relative_error: await startError(adapter, linear, start !== null),
        cond: conditions?.get(linear.name) ?? null,
      });
    }
    const total_ms = layers.reduce((sum, layer) => sum + layer.ms, 0);
    const difference = await maxDifference(before, probeLogits(model));
    return {
      json: { layers, total_ms, peak_memory_bytes: peak, step0_max_abs_diff: difference },
      text: text(method.title, layers, total_ms, difference),
      done: true,
    };
  },
};

function options(given: Given) {
  return present({
    alpha: optionalNumber(given, "alpha"),
    core: optionalText(given, "core") as NystromCore | undefined,
    residual: optionalBoolean(given, "residual"),
    seed: optionalInteger(given, "seed", 0),
  });
}

function probeLogits(model: Llama): tf.Tensor2D {
  return model.logits(Int32Array.from(model.tokenizer.encode(probe)), 1);
}

async function blockConditions(model: Llama, rank: number): Promise<Map<string, number>> {
  const conditions = new Map<string, number>();
  for (const linear of model.linears.values()) {
    if (rank < 1 || rank > Math.min(linear.outputs, linear.inputs)) continue; // refused by adapt
    const block = tf.slice(linear.weight, [0, 0], [rank, rank]);
    conditions.set(linear.name, cond(await toHost(block)));
    block.dispose();
  }
  return conditions;
}

/** The error of the start as an approximation of the weight as it was given. */
async function startError(adapter: Adapter, linear: Linear, reduced: boolean): Promise<number> {
  const update = adapter.delta(linear);
  const given = reduced ? tf.add(linear.weight, update) as tf.Tensor2D : tf.clone(linear.weight);
  const error = await relativeError(given, update);
  tf.dispose([update, given]);
  return error;
}

async function maxDifference(a: tf.Tensor2D, b: tf.Tensor2D): Promise<number> {
  const largest = tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))));
  const [value] = await largest.data();
  tf.dispose([a, b, largest]);
  return value!;
}

function text(title: string, layers: readonly LayerReport[], total: number, difference: number): string {
  const rows = layers.map(({ name, shape, ms, relative_error, cond }) =>
    [
      name.padEnd(44),
      shape.join("×").padStart(10),
      `${ms.toFixed(1)} ms`.padStart(10),
      `error ${relative_error.toFixed(3)}`.padStart(14),
      cond === null ? "" : `cond ${cond.toFixed(0)}`.padStart(12),
    ].join("")
  );
  return `${rows.join("\n")}\n${title}: ${layers.length} layers in ${total.toFixed(0)} ms; ` +
    `largest difference of step-0 logits ${difference.toExponential(1)}`;
}
