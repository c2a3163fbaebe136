import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { recordSchema, type RunRecord } from "../../../lib/experiments/record.ts";
import type { Spec } from "../../../lib/experiments/spec.ts";
import type { Job } from "../../../lib/experiments/sweeps/job.ts";

// Stands in for the program of a job: takes steps that cost nothing and train nothing, with the losses, deaths, waits and memory that
// the spec's `targets` ask for; see fakeSpec. As the program: `deno run -A fake_job.ts JOB.json`.

/** What the fake runs follow from, beside their specs. */
export const source = {
  backend: "none",
  device: "none",
  code_digest: "c".repeat(64),
  model_digest: "a".repeat(64),
  data_digest: "d".repeat(64),
};

/** A record with the losses given. */
export function fakeRecord(
  spec: Spec,
  losses: readonly number[],
  status: RunRecord["run"]["status"],
): RunRecord {
  const points = losses.map((loss, i) => ({ step: i + 1, loss, grad_norm: 1, lr: 1e-3, tokens: 8 }));
  return {
    schema: recordSchema,
    run: {
      ...{ spec, seed: spec.seed, versions: { nlora: "0.1.0" }, git_commit: null, git_dirty: null },
      ...{ started: "2026-01-01T00:00:00.000Z", status, error: null },
    },
    train: {
      ...{ init_s: 0.1, train_s: 1, compile_s: 0, tokens_per_s: 8, peak_memory_bytes: 1e6 },
      ...{ trainable_parameters: 8 * spec.rank, total_parameters: 100, adapter_file_bytes: 10, points },
    },
    eval: null,
    meta: { cores: 1, ...source },
    paper: null,
  };
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Writes a file so that it is there whole or not at all. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.tmp`, text);
  renameSync(`${path}.tmp`, path);
}

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
  const mark = join(dirname(job.out), "stopped");
  console.error(`life ${life + 1}`);
  if (words.has("refuse")) {
    say({ event: "refused", reason: "there is no such thing" });
    process.exit(2);
  }
  const held = new Uint8Array(number("hold") * 1e6).fill(1);
  const kept = join(job.out, "losses.json");
  const losses: number[] = existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : [];
  while (losses.length < job.spec.steps && !stopped) {
    await sleep(number("pace"));
    const hangs = words.has("hang") && life === 0 && losses.length === 1;
    while (!stopped && (hangs || words.has("outlive") && !existsSync(mark))) await sleep(20);
    if (stopped) break;
    if (losses.length === 1 && count("deaths") < number("die")) process.kill(process.pid, "SIGKILL");
    losses.push(5 + number("slope") * losses.length);
    writeWhole(kept, JSON.stringify(losses));
    say({ event: "progress", progress: { phase: "train", done: losses.length, total: job.spec.steps } });
    if (losses.length === job.pauseAt) break;
  }
  if (stopped) writeFileSync(mark, "");
  const record = fakeRecord(job.spec, losses, losses.length < job.spec.steps ? "interrupted" : "done");
  writeWhole(join(job.out, "record.json"), JSON.stringify(record));
  const line = JSON.stringify({ event: "record", record }) + "\n";
  process.stdout.write(line, () => process.exit(held[0] === 2 ? 1 : 0));
}

if (import.meta.main) {
  const given = process.argv[2]!;
  await main(JSON.parse(given.startsWith("{") ? given : readFileSync(given, "utf8")));
}
