import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { useBackend } from "../../tensor/use_backend.ts";
import { UsageError } from "../../usage_error.ts";
import { platform } from "../environment.ts";
import { run } from "../run.ts";
import type { RunRecord } from "../record.ts";
import { holdLock } from "./hold_lock.ts";
import { type Job, type JobEvent, platformFlag } from "./job.ts";

// The program of a job's process: does the run in its first argument, as JSON or in a file, or goes on with it, and tells of it. Ctrl-C, or the
// end of the standard input where the job says so, ends it after the step under way. With --platform it tells what it would compute by.

const shortest = 500; // ms from one word of progress to the next

function say(event: JobEvent): Promise<void> {
  return new Promise((resolve) => process.stdout.write(JSON.stringify(event) + "\n", () => resolve()));
}

async function doJob(job: Job, signal: AbortSignal, pause: () => void): Promise<RunRecord> {
  let said = -Infinity;
  let phase = "";
  const record = await run(job.spec, {
    out: job.out,
    resume: true,
    ...job.data !== undefined && { data: job.data },
    ...job.before !== undefined && { before: job.before },
    signal,
    onProgress: ({ phase: now, done, total, text, training }) => {
      if (now === phase && done < total && performance.now() - said < shortest) return;
      [phase, said] = [now, performance.now()];
      const loss = training?.points.at(-1)?.loss;
      void say({
        event: "progress",
        progress: { phase: now, done, total, ...loss !== undefined && { loss } },
      });
      process.stderr.write(`${now} ${done}/${total}${text === undefined ? "" : `, ${text}`}\n`);
    },
    onStep: ({ step }) => {
      if (step === job.pauseAt) pause();
    },
  });
  if (job.discardAdapter && record.run.status === "done") {
    for (const file of ["adapter.json", "adapter_model.safetensors"]) {
      await rm(join(job.out, file), { force: true });
    }
  }
  return record;
}

async function tellPlatform(): Promise<void> {
  await useBackend();
  await say({ event: "platform", platform: platform() });
}

async function tellRun(job: Job): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
  process.stdout.on("error", () => {}); // nobody listens any more
  if (job.endsWithInput) process.stdin.on("end", () => stop.abort()).on("error", () => stop.abort()).resume();
  const release = await holdLock(job.out, stop.signal)
    .catch((error: Error) => Promise.reject(new Error(error.message))); // no fault of the run's: it is tried again
  try {
    await say({ event: "record", record: await doJob(job, stop.signal, () => stop.abort()) });
  } finally {
    release();
  }
}

const given = process.argv[2]!;
let code = 0;
try {
  if (given === platformFlag) await tellPlatform();
  else await tellRun(JSON.parse(given.startsWith("{") ? given : readFileSync(given, "utf8")));
} catch (error) {
  code = error instanceof UsageError ? 2 : 1;
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${reason}\n`);
  if (code === 2) await say({ event: "refused", reason });
}
process.exit(code);
