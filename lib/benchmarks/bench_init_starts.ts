import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import { nystrom } from "../linalg/nystrom.ts";
import { randomizedSvd } from "../linalg/randomized_svd.ts";
import { subtractProduct } from "../linalg/subtract_product.ts";
import { Random } from "../tensor/random.ts";
import { dispose } from "../tensor/tidy.ts";
import { useBackend } from "../tensor/use_backend.ts";
import { randomWeight } from "./random_weight.ts";

// Starts of a low-rank adapter on a random matrix (m, n); prints one JSON line of milliseconds by start, after a warm-up.
// Arguments: M N RANK RUNS
const [m, n, rank, runs] = process.argv.slice(2).map(Number) as [number, number, number, number];
await useBackend();
const w = randomWeight(m, n);

async function nlora(core: "copy" | "pinv", residual: boolean): Promise<unknown> {
  const { columns, core: middle, rows } = await nystrom(w, { rank, core });
  return { columns, middle, rows, residual: residual && subtractProduct(w, columns, middle, rows) };
}

async function pissa(): Promise<unknown> {
  const { u, s, v } = await randomizedSvd(w, rank, new Random(0));
  const root = tf.tensor1d(Float32Array.from(s, Math.sqrt));
  const [B, A] = [tf.mul<tf.Tensor2D>(u, root), tf.transpose<tf.Tensor2D>(tf.mul(v, root))];
  dispose([u, v, root]);
  return { A, B, residual: subtractProduct(w, B, A) };
}

async function milliseconds(start: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const begun = performance.now();
    const result = await start();
    if (run > 0) times.push(performance.now() - begun);
    dispose(result);
  }
  return times;
}

const times = {
  "NLoRA (pinv) with residual": await milliseconds(() => nlora("pinv", true)),
  "NLoRA (pinv), factors alone": await milliseconds(() => nlora("pinv", false)),
  "NLoRA (copy) with residual": await milliseconds(() => nlora("copy", true)),
  "PiSSA (fast) with residual": await milliseconds(pissa),
};
process.stdout.write(JSON.stringify(times) + "\n");
