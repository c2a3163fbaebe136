import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { completeSpec, type Spec } from "../../../lib/experiments/spec.ts";
import type { RunRecord } from "../../../lib/experiments/record.ts";
import { type PlannedRun, runsFolder } from "../../../lib/experiments/sweeps/plan_sweep.ts";
import { runKey } from "../../../lib/experiments/run_key.ts";
import type { Job } from "../../../lib/experiments/sweeps/job.ts";

// Stands in for the program of a job: takes steps that cost nothing and train nothing, with the losses, deaths, waits and memory that
// its spec's `targets` ask for. As the program: `deno run -A fake_job.ts JOB.json`.

export const digests = {
  code_digest: "c".repeat(64),
  model_digest: "a".repeat(64),
  data_digest: "d".repeat(64),
};

/** The program and its arguments, for an executor. */
export const fakeCommand = [Deno.execPath(), "run", "-A", "--no-check", import.meta.filename!];

/**
 * A spec whose job behaves so: `die 2` twice before it lives, `hang` after a step of its first
 * life until it is stopped, `outlive` the first of them that is, `hold 200` MB, `refuse`, fall by a `slope -0.1`.
 */
export function fakeSpec(seed: number, ...behaviour: string[]): Spec {
  const shared = { model: "m", task: "arithmetic", method: "lora", rank: 2, steps: 4 };
  return completeSpec({ ...shared, seed, targets: behaviour });
}

export function fakePlan(
  folder: string,
  specs: readonly Spec[],
): { folder: string; runs: PlannedRun[]; damaged: [] } {
  const runs = specs.map((spec) => {
    const source = { spec, ...digests };
    const key = runKey(source);
    const path = join(folder, runsFolder, key.slice(0, 16));
    const file = join(path, "record.json");
    const record = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
    return { id: key.slice(0, 16), key, source, spec, folder: path, testExamples: 0, record };
  });
  return { folder, runs, damaged: [] };
}

export function fakeRecord(
  spec: Spec,
  losses: readonly number[],
  status: RunRecord["run"]["status"],
): RunRecord {
  const points = losses.map((loss, i) => ({ step: i + 1, loss, grad_norm: 1, lr: 1e-3, tokens: 8 }));
  return {
    schema: 2,
    run: {
      ...{ spec, seed: spec.seed, versions: { nlora: "0.1.0" }, git_commit: null, git_dirty: null },
      ...{ started: "2026-01-01T00:00:00.000Z", status, error: null },
    },
    train: {
      ...{ init_s: 0.1, train_s: 1, compile_s: 0, tokens_per_s: 8, peak_memory_bytes: 1e6 },
      ...{ trainable_parameters: 8 * spec.rank, total_parameters: 100, adapter_file_bytes: 10, points },
    },
    eval: null,
    meta: { backend: "none", device: "none", cores: 1, ...digests },
    paper: null,
  };
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function main(job: Job): Promise<void> {
  const words = new Map((job.spec.targets as string[]).map((word) => word.split(" ") as [string, string]));
  const number = (name: string) => Number(words.get(name) ?? 0);
  const say = (event: object) => process.stdout.write(JSON.stringify(event) + "\n");
  let stopped = false;
  if (job.endsWithInput) process.stdin.on("end", () => stopped = true).resume();
  mkdirSync(job.out, { recursive: true });
  const count = (name: string) => {
    const path = join(job.out, name);
    const before = existsSync(path) ? Number(readFileSync(path, "utf8")) : 0;
    writeFileSync(path, String(before + 1));
    return before;
  };
  const life = count("lives");
  console.error(`life ${life + 1}`);
  const mark = join(dirname(job.out), "stopped");
  if (words.has("refuse")) {
    say({ event: "refused", reason: "there is no such thing" });
    process.exit(2);
  }
  const held = new Uint8Array(number("hold") * 1e6).fill(1);
  const kept = join(job.out, "losses.json");
  const losses: number[] = existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : [];
  while (losses.length < job.spec.steps && !stopped) {
    const hangs = words.has("hang") && life === 0 && losses.length === 1;
    while (!stopped && (hangs || words.has("outlive") && !existsSync(mark))) await sleep(20);
    if (stopped) break;
    if (losses.length === 1 && count("deaths") < number("die")) process.kill(process.pid, "SIGKILL");
    losses.push(5 + number("slope") * losses.length);
    writeFileSync(kept, JSON.stringify(losses));
    say({ event: "progress", progress: { phase: "train", done: losses.length, total: job.spec.steps } });
    if (losses.length === job.pauseAt) break;
  }
  if (stopped) writeFileSync(mark, "");
  const record = fakeRecord(job.spec, losses, losses.length < job.spec.steps ? "interrupted" : "done");
  writeFileSync(join(job.out, ".record.tmp"), JSON.stringify(record));
  renameSync(join(job.out, ".record.tmp"), join(job.out, "record.json"));
  process.stdout.write(
    JSON.stringify({ event: "record", record }) + "\n",
    () => process.exit(held[0] === 2 ? 1 : 0),
  );
}

if (import.meta.main) await main(JSON.parse(readFileSync(process.argv[2]!, "utf8")));
