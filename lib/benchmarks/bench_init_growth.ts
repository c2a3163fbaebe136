import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import { nystrom } from "../linalg/nystrom.ts";
import { dispose } from "../tensor/tidy.ts";
import { useBackend } from "../tensor/use_backend.ts";

// The factors of a start (core copy) on m×n matrices, each m in turn and all of them again for each run; prints one JSON line
// [[m, milliseconds], …] with the fastest of the runs. Arguments: RANK RUNS N M…
const [rank, runs, n, ...sizes] = process.argv.slice(2).map(Number) as [number, number, number, ...number[]];
await useBackend();
const weights = sizes.map((m) => tf.fill<tf.Rank.R2>([m, n], 0.5));
const fastest = sizes.map(() => Infinity);
for (let run = 0; run < runs; run++) {
  for (const [i, w] of weights.entries()) {
    const begun = performance.now();
    const { columns, core, rows } = await nystrom(w, { rank, core: "copy" });
    fastest[i] = Math.min(fastest[i]!, performance.now() - begun);
    dispose([columns, core, rows]);
  }
}
process.stdout.write(JSON.stringify(sizes.map((m, i) => [m, fastest[i]])) + "\n");
