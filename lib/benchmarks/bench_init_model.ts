import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import { adapt } from "../adapters/adapt.ts";
import type { AdapterOptions } from "../adapters/adapter_spec.ts";
import { Linear } from "../nn/linear.ts";
import { dispose } from "../tensor/tidy.ts";
import { useBackend } from "../tensor/use_backend.ts";
import { randomWeight } from "./random_weight.ts";

// The start of an adapter on the linear maps of a model of LLaMA's shape, one of them resident at a time; prints one JSON line
// with the milliseconds of the starts and how many were made. The weights are random: one matrix is drawn for each shape, and
// each map's is a multiple of it, which is not counted. With `each-shape`, one map of each shape is started and counted as
// often as the shape occurs. Arguments: OPTIONS HIDDEN INTERMEDIATE LAYERS every|each-shape
const options = JSON.parse(process.argv[2]!) as AdapterOptions;
const [hidden, intermediate, layers] = process.argv.slice(3, 6).map(Number) as [number, number, number];
const eachShape = process.argv[6] === "each-shape";
const maps = [
  { shape: [hidden, hidden], names: ["q_proj", "k_proj", "v_proj", "o_proj"] },
  { shape: [intermediate, hidden], names: ["gate_proj", "up_proj"] },
  { shape: [hidden, intermediate], names: ["down_proj"] },
] as const;

await useBackend();
const sums = { milliseconds: 0, starts: 0 };
for (const { shape, names } of maps) {
  const drawn = randomWeight(...shape);
  const all = Array.from({ length: layers }, (_, layer) => names.map((name) => `layers.${layer}.${name}`))
    .flat();
  for (const [i, name] of (eachShape ? all.slice(0, 1) : all).entries()) {
    const linear = new Linear(name, tf.mul<tf.Tensor2D>(drawn, 0.02 * (1 + i / all.length)));
    const count = eachShape ? all.length : 1;
    const adapter = await adapt({ linears: new Map([[name, linear]]) }, options, (_, milliseconds) => {
      sums.milliseconds += count * milliseconds;
      sums.starts++;
    });
    for (const { update } of adapter.modules) dispose([update.factors, update.start, update.rowNorms]);
    linear.dispose();
  }
  drawn.dispose();
}
process.stdout.write(JSON.stringify(sums) + "\n");
