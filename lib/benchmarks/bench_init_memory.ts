import process from "node:process";
import type * as tf from "@tensorflow/tfjs-core";
import { nystrom } from "../linalg/nystrom.ts";
import { subtractProduct } from "../linalg/subtract_product.ts";
import { peakMemory } from "../tensor/peak_memory.ts";
import { dispose } from "../tensor/tidy.ts";
import { useBackend } from "../tensor/use_backend.ts";
import { randomWeight } from "./random_weight.ts";

// The most memory while an NLoRA start (pinv) of a random matrix (m, n) is made, above what the process held before the
// matrix was there, with all libraries and XLA's compiler (some 55 MB) loaded by a start before; prints one JSON line. Arguments: M N RANK factors|residual
const [m, n, rank] = process.argv.slice(2).map(Number) as [number, number, number];
const residual = process.argv[5] === "residual";
await useBackend();

async function start(w: tf.Tensor2D): Promise<unknown> {
  const { columns, core, rows } = await nystrom(w, { rank: Math.min(rank, ...w.shape) });
  if (!residual) return { columns, core, rows };
  return { columns, core, rows, rest: subtractProduct(w, columns, core, rows) };
}

const earlier = randomWeight(2048, 2048);
dispose([earlier, await start(earlier)]);
peakMemory.start();
const before = peakMemory.read();
const w = randomWeight(m, n);
peakMemory.start();
const made = await start(w);
process.stdout.write(JSON.stringify({ peak_memory_bytes: peakMemory.read() - before }) + "\n");
dispose([w, made]);
