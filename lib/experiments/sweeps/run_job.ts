import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { UsageError } from "../../usage_error.ts";
import { run } from "../run.ts";
import type { RunRecord } from "../record.ts";
import { holdLock } from "./hold_lock.ts";
import type { Job, JobEvent } from "./job.ts";

// The program of a job's process: does the run in its first argument, as JSON or in a file, or goes on with it, and tells of it. Ctrl-C, or the
// end of the standard input where the job says so, ends it after the step under way.

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

const given = process.argv[2]!;
const job: Job = JSON.parse(given.startsWith("{") ? given : readFileSync(given, "utf8"));
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
process.stdout.on("error", () => {}); // nobody listens any more
if (job.endsWithInput) process.stdin.on("end", () => stop.abort()).on("error", () => stop.abort()).resume();
const release = await holdLock(job.out, stop.signal);
let code = 0;
try {
  const record = await doJob(job, stop.signal, () => stop.abort());
  await say({ event: "record", record });
} catch (error) {
  code = error instanceof UsageError ? 2 : 1;
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${reason}\n`);
  if (code === 2) await say({ event: "refused", reason });
} finally {
  release();
}
process.exit(code);
