import process from "node:process";
import { findMethod } from "../adapters/methods.ts";
import { benchLine, type BenchRow, benchRow } from "./bench_row.ts";
import { median } from "./median.ts";
import { runScript } from "./run_script.ts";
import { type StepCase, stepShapes, type StepTimes } from "./step_case.ts";

/** The settings in which steps are measured. */
const settings: readonly Pick<StepCase, "model" | "rank" | "batch" | "length">[] = [
  { model: "SmolLM2-135M", rank: 16, batch: 4, length: 128 },
  { model: "SmolLM2-135M", rank: 128, batch: 4, length: 128 },
  { model: "SmolLM2-135M", rank: 128, batch: 8, length: 256 },
  { model: "LLaMA-2-7B, 4 layers", rank: 128, batch: 4, length: 128 },
  { model: "LLaMA-2-7B, 4 layers", rank: 128, batch: 8, length: 256 },
];

/** What of ours is measured in each setting. */
const variants = [
  { method: "lora", recompute: false, compiled: true },
  { method: "lora", recompute: false, compiled: false },
  { method: "lora", recompute: true, compiled: true },
  { method: "nlora", recompute: false, compiled: true },
  { method: "inttune", recompute: false, compiled: true },
];

const rounds = 2;
const stepsARound = 3;
const mebibyte = 2 ** 20;

/**
 * Training steps against PEFT's LoRA on torch with the same model, batch and rank, each in processes of its own, in turn: the
 * medians of six steps after the first, and the larger of the peaks. Then IntTune against our LoRA, and where the time of our
 * LoRA's step goes: loss and gradients, of these the matrix products of layers and head alone, and the machine's rate at these. Settings can be chosen by a part of their names.
 */
export async function benchStep(only = ""): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const setting of settings) {
    const { model, rank, batch, length } = setting;
    const name = `${model}, r ${rank}, ${batch}×${length}`;
    if (!name.includes(only)) continue;
    const measured = await compareSetting(setting, name);
    process.stderr.write(measured.map((row) => `${benchLine(row)}\n`).join(""));
    rows.push(...measured);
  }
  return rows;
}

async function compareSetting(setting: (typeof settings)[number], name: string): Promise<BenchRow[]> {
  const tokens = setting.batch * setting.length;
  const peer: Measured[] = [];
  const ours = variants.map((): Measured[] => []);
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`${name}, round ${round} of ${rounds}: PEFT + torch … `);
    const given = { ...setting, steps: stepsARound, recompute: false };
    const { head_dim: _, ...config } = stepShapes[setting.model];
    peer.push(await runScript("bench_step_peft.py", [JSON.stringify({ ...given, config })]));
    for (const [i, { method, recompute, compiled }] of variants.entries()) {
      process.stderr.write(`${label(variants[i]!)} … `);
      const environment: Record<string, string> = compiled ? {} : { NLORA_COMPILE: "off" };
      const arg = JSON.stringify({ ...given, method, recompute });
      ours[i]!.push(await runScript("bench_step_ours.ts", [arg], environment));
    }
    process.stderr.write("done\n");
  }
  const { layers_s, head_s, gflops } = await runScript<{ layers_s: number; head_s: number; gflops: number }>(
    "bench_step_products.ts",
    [JSON.stringify({ ...setting, steps: stepsARound })],
  );
  const [speed, memory] = [
    (times: Measured[]) => tokens / pace(times),
    (times: Measured[]) => peak(times) / mebibyte,
  ];
  const lora = ours[0]!;
  const inttune = ours[4]!;
  return [
    ...variants.flatMap((variant, i) => [
      benchRow(`${name}: ${label(variant)} / PEFT's LoRA, speed`, speed(ours[i]!), speed(peer), "tokens/s"),
      benchRow(
        `${name}: ${label(variant)} / PEFT's LoRA, peak memory`,
        memory(ours[i]!),
        memory(peer),
        "MiB",
      ),
    ]),
    benchRow(`${name}: IntTune / our LoRA, speed`, speed(inttune), speed(lora), "tokens/s"),
    benchRow(`${name}: IntTune / our LoRA, peak memory`, memory(inttune), memory(lora), "MiB"),
    benchRow(`${name}: LoRA's loss and gradients / its step`, passes(lora), pace(lora), "s"),
    benchRow(`${name}: the layers' products with frozen weights / LoRA's step`, layers_s, pace(lora), "s"),
    benchRow(`${name}: the head's products / LoRA's step`, head_s, pace(lora), "s"),
    benchRow(`${name}: first step, compiling / later steps`, first(lora), pace(lora), "s"),
    benchRow(`${name}: those products / 100 GFLOP/s`, gflops, 100, "GFLOP/s"),
  ];
}

type Measured = StepTimes;

function label({ method, recompute, compiled }: (typeof variants)[number]): string {
  const words = [...recompute ? ["recomputing"] : [], ...compiled ? [] : ["not compiled"]];
  return `${findMethod(method).title}${words.length > 0 ? ` (${words.join(", ")})` : ""}`;
}

function pace(times: readonly Measured[]): number {
  return median(times.flatMap(({ seconds }) => seconds));
}

function passes(times: readonly Measured[]): number {
  return median(times.flatMap(({ pass_seconds = [] }) => pass_seconds));
}

function first(times: readonly Measured[]): number {
  return median(times.map(({ first_s }) => first_s));
}

function peak(times: readonly Measured[]): number {
  return Math.max(...times.map(({ peak_memory_bytes }) => peak_memory_bytes));
}
