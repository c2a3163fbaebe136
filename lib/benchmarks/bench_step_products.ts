import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import { projections, projectionShape } from "../models/llama_layer.ts";
import { compile } from "../tensor/compile.ts";
import { useBackend } from "../tensor/use_backend.ts";
import { median } from "./median.ts";
import { randomWeight } from "./random_weight.ts";
import { type StepCase, stepShapes } from "./step_case.ts";

// How long the matrix products with the frozen weights take that no training step can do without: x·Wᵀ and dy·W of every
// linear map, and the head's logits and their gradient, each alone, compiled. Prints one JSON line. Argument: the case as JSON.
const { model, batch, length, steps } = JSON.parse(process.argv[2]!) as StepCase;
const config = stepShapes[model];
const tokens = batch * length;
await useBackend();
const forward = compile((x: tf.Tensor2D, weight: tf.Tensor2D) => tf.matMul(x, weight, false, true));
const backward = compile((dy: tf.Tensor2D, weight: tf.Tensor2D) => tf.matMul(dy, weight));

async function milliseconds(product: () => tf.Tensor): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run <= 2 * steps; run++) {
    const begun = performance.now();
    const y = product();
    await tf.slice(y, [0, 0], [1, 1]).data();
    times.push(performance.now() - begun);
    y.dispose();
  }
  return median(times.slice(1));
}

async function bothWays(rows: number, [m, n]: readonly [number, number]): Promise<number> {
  const [weight, x, dy] = [randomWeight(m, n), randomWeight(rows, n), randomWeight(rows, m)];
  const sum = await milliseconds(() => forward(x, weight)) + await milliseconds(() => backward(dy, weight));
  tf.dispose([weight, x, dy]);
  return sum;
}

let layer = 0;
let multiplications = 0;
for (const projection of projections) {
  const shape = projectionShape(config, projection);
  layer += await bothWays(tokens, shape);
  multiplications += 2 * tokens * shape[0] * shape[1] * config.num_hidden_layers;
}
// The head is taken a part of its rows at a time, as the loss does.
const rows = Math.min(tokens, Math.max(1, Math.floor(6 * 2 ** 20 / config.vocab_size)));
const head = await bothWays(rows, [config.vocab_size, config.hidden_size]) * tokens / rows;
multiplications += 2 * tokens * config.vocab_size * config.hidden_size;
const layers_s = layer * config.num_hidden_layers / 1000;
const head_s = head / 1000;
const gflops = 2 * multiplications / (layers_s + head_s) / 1e9;
process.stdout.write(JSON.stringify({ layers_s, head_s, gflops }) + "\n");
