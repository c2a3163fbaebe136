import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { homePath } from "../models/catalogue.ts";
import { UsageError } from "../usage_error.ts";
import type { BenchRow } from "./bench_row.ts";

const peers = ["torch==2.15.0", "transformers==5.23.0", "peft==0.21.0"];
const setting = { batch: 4, length: 128, rank: 16 };
const rounds = 2;
const stepsARound = 3;

interface StepTimes {
  readonly seconds: readonly number[];
  readonly peak_memory_bytes: number;
}

/**
 * A LoRA training step on SmolLM2-135M's shape against PEFT + torch, each in processes of its own, in turn; the
 * medians of their steps after a warm-up one, and the larger of their peaks.
 */
export async function benchPeft(): Promise<BenchRow[]> {
  const python = await peerPython();
  const ours: StepTimes[] = [];
  const theirs: StepTimes[] = [];
  const numbers = [stepsARound, setting.batch, setting.length, setting.rank].map(String);
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`round ${round} of ${rounds}: PEFT + torch … `);
    theirs.push(await measure(python, [pathOf("bench_peft.py"), ...numbers]));
    process.stderr.write("ours … ");
    const runner = process.versions.deno ? ["run", "-A", "--unstable-webgpu"] : ["run"];
    ours.push(await measure(process.execPath, [...runner, pathOf("bench_step.ts"), ...numbers]));
    process.stderr.write("done\n");
  }
  const { batch, length, rank } = setting;
  const name = `LoRA step, SmolLM2-135M, r ${rank}, ${batch}×${length}`;
  const rate = (times: readonly StepTimes[]) => batch * length / median(times.flatMap((t) => t.seconds));
  const peak = (times: readonly StepTimes[]) => Math.max(...times.map((t) => t.peak_memory_bytes)) / 2 ** 20;
  return [
    row(`${name}: speed`, rate(ours), rate(theirs), "tokens/s"),
    row(`${name}: peak memory`, peak(ours), peak(theirs), "MiB"),
  ];
}

function row(name: string, ours: number, peer: number, unit: string): BenchRow {
  return { case: name, ours, peer, ratio: ours / peer, unit };
}

/** The Python of a venv with PEFT and torch, which is made at the first call. */
async function peerPython(): Promise<string> {
  const venv = homePath("peer-venv");
  const python = join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const stamp = join(venv, "peers-installed");
  if (!existsSync(stamp)) {
    process.stderr.write(
      `installing ${peers.join(", ")} for the comparison into ${venv} (5.8 GB, some minutes)\n`,
    );
    await execute("python3", ["-m", "venv", "--clear", venv]);
    await execute(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...peers]);
    await execute(python, ["-c", `open(${JSON.stringify(stamp)}, "w").close()`]);
  }
  return python;
}

async function measure(program: string, args: readonly string[]): Promise<StepTimes> {
  const output = await execute(program, args);
  return JSON.parse(output.trim().split("\n").at(-1)!) as StepTimes;
}

/** Runs a program and gives its standard output. */
function execute(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk) => output += chunk);
    child.stderr.on("data", (chunk) => errors = (errors + chunk).slice(-2000));
    child.on(
      "error",
      (error) => reject(new UsageError(`cannot run ${program}: ${error.message}; install it first`)),
    );
    child.on(
      "close",
      (code) =>
        code === 0
          ? resolve(output)
          : reject(new Error(`${program} ${args[0]} ended with ${code}: ${errors.trim()}`)),
    );
  });
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
