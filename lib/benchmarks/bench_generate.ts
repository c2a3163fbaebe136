import process from "node:process";
import { benchLine, type BenchRow, benchRow } from "./bench_row.ts";
import type { GenerateCase, GenerateTimes } from "./generate_case.ts";
import { median } from "./median.ts";
import { runScript } from "./run_script.ts";
import { stepShapes } from "./step_case.ts";

const batches = [1, 8, 32];
const tokens = { promptTokens: 64, newTokens: 64 };
const rounds = 3;
const runsARound = 1;

/**
 * Greedy text generation against transformers' `generate` on torch, on random weights of SmolLM2-135M's shape, with prompts of
 * one length and no early end, each in processes of its own, in turn: the medians of the runs after the first, and the larger
 * of the peaks. Batches can be chosen by a part of their names.
 */
export async function benchGenerate(only = ""): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const batch of batches) {
    const name = `SmolLM2-135M, batch ${batch}, ${tokens.promptTokens} + ${tokens.newTokens} tokens`;
    if (!name.includes(only)) continue;
    const measured = await compareBatch(batch, name);
    process.stderr.write(measured.map((row) => `${benchLine(row)}\n`).join(""));
    rows.push(...measured);
  }
  return rows;
}

async function compareBatch(batch: number, name: string): Promise<BenchRow[]> {
  const given: GenerateCase = { config: stepShapes["SmolLM2-135M"], batch, ...tokens, runs: runsARound };
  const peer: GenerateTimes[] = [];
  const ours: GenerateTimes[] = [];
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`${name}, round ${round} of ${rounds}: transformers … `);
    peer.push(await runScript("bench_generate_transformers.py", [JSON.stringify(given)]));
    process.stderr.write("ours … ");
    ours.push(await runScript("bench_generate_ours.ts", [JSON.stringify(given)]));
    process.stderr.write("done\n");
  }
  const pace = (times: readonly GenerateTimes[]) => median(times.flatMap(({ seconds }) => seconds));
  const speed = (times: readonly GenerateTimes[]) => batch * tokens.newTokens / pace(times);
  const peak = (times: readonly GenerateTimes[]) =>
    Math.max(...times.map((t) => t.peak_memory_bytes)) / 2 ** 20;
  const first = median(ours.map(({ first_s }) => first_s));
  return [
    benchRow(`${name}: generate / transformers, speed`, speed(ours), speed(peer), "tokens/s"),
    benchRow(`${name}: generate / transformers, peak memory`, peak(ours), peak(peer), "MiB"),
    benchRow(`${name}: first run, compiling / later runs`, first, pace(ours), "s"),
  ];
}
