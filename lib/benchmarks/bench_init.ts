import process from "node:process";
import type { AdapterOptions } from "../adapters/adapter_spec.ts";
import { findMethod, methods } from "../adapters/methods.ts";
import { benchLine, type BenchRow, benchRow } from "./bench_row.ts";
import { growthExponent } from "./growth_exponent.ts";
import { median } from "./median.ts";
import { runScript } from "./run_script.ts";

/** Matrices (m, n) and ranks; torch's full SVD of the last takes minutes and is run once. */
const shapes = [
  { m: 576, n: 576, rank: 16, fullRounds: 2 },
  { m: 1024, n: 1024, rank: 64, fullRounds: 2 },
  { m: 2048, n: 2048, rank: 128, fullRounds: 2 },
  { m: 4096, n: 4096, rank: 128, fullRounds: 2 },
  { m: 4096, n: 11008, rank: 128, fullRounds: 1 },
] as const;
const rounds = 2;
const runsARound = { ours: 5, lowrank: 3 };
const growth = { rank: 128, runs: 20, columns: 256, sizes: [65536, 131072, 262144, 524288] };
const llama = { hidden: 4096, intermediate: 11008, layers: 32, rank: 128 };
const starts: readonly AdapterOptions[] = [
  ...methods.map(({ name }) => ({ method: name })),
  { method: "nlora", core: "pinv" },
  { method: "pissa", init: "exact" },
];

/** The medians of torch's decompositions of one matrix, in milliseconds. */
interface TorchTimes {
  readonly lowrank: number;
  readonly full: number;
}

/**
 * Starts of low-rank adapters without an SVD against torch's SVDs: one matrix at a time, how the factors alone grow, what
 * memory a start takes, and all linear maps of LLaMA-2-7B by every method. It takes the better part of an hour on two
 * cores, so each row is told as soon as it is measured; with a part of their names, such as `4096×4096`, only the matrices
 * that fit are compared.
 */
export async function benchInit(only?: string): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const add = (measured: readonly BenchRow[]) => {
    rows.push(...measured);
    process.stderr.write(measured.map((row) => `${benchLine(row)}\n`).join(""));
  };
  const torch: TorchTimes[] = [];
  for (const shape of shapes.filter(({ m, n, rank }) => `${m}×${n}, r ${rank}`.includes(only ?? ""))) {
    const compared = await compareStarts(shape);
    torch.push(compared.torch);
    add(compared.rows);
  }
  if (only !== undefined) return rows;
  add(await compareGrowth());
  for (const kind of ["factors", "residual"] as const) add([await compareMemory(kind)]);
  for (const start of starts) add([await compareModel(start, torch[3]!, torch[4]!)]);
  return rows;
}

async function compareStarts(
  { m, n, rank, fullRounds }: (typeof shapes)[number],
): Promise<{ rows: BenchRow[]; torch: TorchTimes }> {
  const lowrank: number[] = [];
  const full: number[] = [];
  const ours: Record<string, number[]> = {};
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`${m}×${n}, r ${rank}, round ${round} of ${rounds}: torch … `);
    const fullRuns = round <= fullRounds ? 1 : 0;
    const theirs = await runScript<{ lowrank: number[]; full: number[] }>(
      "bench_init.py",
      [m, n, rank, runsARound.lowrank, fullRuns],
    );
    lowrank.push(...theirs.lowrank);
    full.push(...theirs.full);
    process.stderr.write("ours … ");
    const times = await runScript<Record<string, number[]>>(
      "bench_init_starts.ts",
      [m, n, rank, runsARound.ours],
    );
    for (const [start, values] of Object.entries(times)) (ours[start] ??= []).push(...values);
    process.stderr.write("done\n");
  }
  const torch = { lowrank: median(lowrank), full: median(full) };
  const rows = Object.entries(ours).flatMap(([start, times]) => {
    const name = `${m}×${n}, r ${rank}: ${start}`;
    return [
      benchRow(`${name} / torch full SVD`, median(times), torch.full, "ms"),
      benchRow(`${name} / torch svd_lowrank`, median(times), torch.lowrank, "ms"),
    ];
  });
  return { rows, torch };
}

/** The exponent of growth in m, at fixed n and rank, of the time that the factors alone take, against 1: linear. */
async function compareGrowth(): Promise<BenchRow[]> {
  const { rank, runs, columns, sizes } = growth;
  process.stderr.write(`factors alone up to m = ${sizes.at(-1)} … `);
  const points = await runScript<[number, number][]>("bench_init_growth.ts", [rank, runs, columns, ...sizes]);
  process.stderr.write("done\n");
  const name = `growth of the factors alone in m from ${sizes[0]} to ${
    sizes.at(-1)
  }, n ${columns}, r ${rank}`;
  return [benchRow(`${name} / linear`, growthExponent(points), 1, "exponent")];
}

/** The most memory during a start against what must be there: W, the factors, the r×r block, and the residual. */
async function compareMemory(kind: "factors" | "residual"): Promise<BenchRow> {
  const { m, n, rank } = shapes[3];
  process.stderr.write(`peak memory, ${kind} … `);
  const { peak_memory_bytes } = await runScript<{ peak_memory_bytes: number }>(
    "bench_init_memory.ts",
    [m, n, rank, kind],
  );
  process.stderr.write("done\n");
  const needed = 4 * (m * n + m * rank + 2 * rank ** 2 + rank * n + (kind === "residual" ? m * n : 0));
  const held = kind === "residual" ? "W, factors, block and residual" : "W, factors and block";
  const name = `${m}×${n}, r ${rank}: peak memory of NLoRA (pinv), ${kind} / ${held}`;
  return benchRow(name, peak_memory_bytes / 2 ** 20, needed / 2 ** 20, "MiB");
}

/** All linear maps of LLaMA-2-7B's shape by one method against torch's SVDs of as many maps. */
async function compareModel(
  start: AdapterOptions,
  square: TorchTimes,
  oblong: TorchTimes,
): Promise<BenchRow> {
  const { hidden, intermediate, layers, rank } = llama;
  const exact = start.init === "exact";
  const words = [findMethod(start.method).title, start.core ?? start.init ?? ""].join(" ").trim();
  process.stderr.write(`LLaMA-2-7B by ${words} … `);
  const { milliseconds } = await runScript<{ milliseconds: number }>("bench_init_model.ts", [
    JSON.stringify({ ...start, rank }),
    ...[hidden, intermediate, layers],
    exact ? "each-shape" : "every",
  ]);
  process.stderr.write("done\n");
  const extrapolated = "extrapolated from one map of each shape";
  const name = `LLaMA-2-7B's ${7 * layers} maps, r ${rank}: ${words}${exact ? ` (${extrapolated})` : ""}`;
  const [kind, peer] = exact ? ["full", "full SVD"] as const : ["lowrank", "svd_lowrank"] as const;
  const seconds = layers * (4 * square[kind] + 3 * oblong[kind]) / 1000;
  return benchRow(`${name} / torch ${peer} (${extrapolated})`, milliseconds / 1000, seconds, "s");
}
