import process from "node:process";
import { Random } from "../tensor/random.ts";
import { benchLine, type BenchRow, benchRow } from "./bench_row.ts";
import type { GenerateCase, GenerateTimes } from "./generate_case.ts";
import { median } from "./median.ts";
import { runScript } from "./run_script.ts";
import { stepShapes } from "./step_case.ts";

const rounds = 3;
const shape = { config: stepShapes["SmolLM2-135M"], runs: 1 };
const sampling = { temperature: 0.8, topK: 50, topP: 0.95 };

const cases: { readonly [name: string]: GenerateCase } = {
  "batch 1, 64 + 64 tokens": alike(1),
  "batch 8, 64 + 64 tokens": alike(8),
  "batch 32, 64 + 64 tokens": alike(32),
  "batch 32, 64 + 64 tokens, drawn at 0.8 with top-k 50, top-p 0.95": { ...alike(32), sampling },
  "64 prompts, 16–128 + 1–160 tokens, 16 at once": unequal(64, 16),
};

/** As many prompts as fit in one batch, all of one length. */
function alike(batch: number): GenerateCase {
  const tokens = new Array<number>(batch).fill(64);
  return { ...shape, batch, promptTokens: tokens, newTokens: tokens, refill: false };
}

/** Prompts of 16 to 128 tokens, the longest first, and continuations of mostly few tokens: about 32 in the mean, at most 160. */
function unequal(prompts: number, batch: number): GenerateCase {
  const random = new Random(0);
  const promptTokens = Array.from({ length: prompts }, () => 16 + random.int(113)).sort((a, b) => b - a);
  const newTokens = Array.from(
    random.uniform(prompts),
    (uniform) => Math.min(160, 1 + Math.floor(-32 * Math.log(1 - uniform))),
  );
  return { ...shape, batch, promptTokens, newTokens, refill: true };
}

/**
 * Text generation against transformers' `generate` on torch, on random weights of SmolLM2-135M's shape: prompts of one length and no
 * early end, greedy and drawn; and unequal ones, of which the next takes the place of one that is finished, also against one batch
 * after the other. Each runs in processes of its own, in turn: the medians of the runs after the first, and the larger of the peaks.
 * Cases can be chosen by a part of their names.
 */
export async function benchGenerate(only = ""): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [what, given] of Object.entries(cases)) {
    const name = `SmolLM2-135M, ${what}`;
    if (!name.includes(only)) continue;
    const measured = await compare(name, given);
    process.stderr.write(measured.map((row) => `${benchLine(row)}\n`).join(""));
    rows.push(...measured);
  }
  return rows;
}

async function compare(name: string, given: GenerateCase): Promise<BenchRow[]> {
  const peer: GenerateTimes[] = [];
  const ours: GenerateTimes[] = [];
  const inTurn: GenerateTimes[] = [];
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`${name}, round ${round} of ${rounds}: transformers … `);
    peer.push(await runScript("bench_generate_transformers.py", [JSON.stringify(given)]));
    process.stderr.write("ours … ");
    ours.push(await runScript("bench_generate_ours.ts", [JSON.stringify(given)]));
    if (given.refill) {
      process.stderr.write("one batch after the other … ");
      inTurn.push(await runScript("bench_generate_ours.ts", [JSON.stringify({ ...given, refill: false })]));
    }
    process.stderr.write("done\n");
  }
  const tokens = given.newTokens.reduce((sum, count) => sum + count, 0);
  const pace = (times: readonly GenerateTimes[]) => median(times.flatMap(({ seconds }) => seconds));
  const speed = (times: readonly GenerateTimes[]) => tokens / pace(times);
  const thrift = (times: readonly GenerateTimes[]) =>
    tokens / median(times.flatMap(({ cpu_seconds }) => cpu_seconds));
  const peak = (times: readonly GenerateTimes[]) =>
    Math.max(...times.map((t) => t.peak_memory_bytes)) / 2 ** 20;
  const first = median(ours.map(({ first_s }) => first_s));
  const rows = [
    benchRow(`${name}: generate / transformers, speed`, speed(ours), speed(peer), "tokens/s"),
    benchRow(`${name}: generate / transformers, processor time`, thrift(ours), thrift(peer), "tokens/cpu-s"),
    benchRow(`${name}: generate / transformers, peak memory`, peak(ours), peak(peer), "MiB"),
    benchRow(`${name}: first run, compiling / later runs`, first, pace(ours), "s"),
  ];
  if (given.refill) {
    rows.push(
      benchRow(
        `${name}: refilling / one batch after the other, speed`,
        speed(ours),
        speed(inTurn),
        "tokens/s",
      ),
    );
  }
  return rows;
}
