import { type ChildProcess, execFile, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, extname } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { ownPath } from "../../formats/own_path.ts";
import { writeAside } from "../../formats/write_aside.ts";
import type { RunRecord } from "../record.ts";
import type { Executor, JobEnd, JobNeeds, RunningJob } from "./executor.ts";
import { type Job, jobEvent, type JobProgress, platformFlag } from "./job.ts";
import { freeMemoryLimit } from "./memory_limit.ts";
import { residentMemory } from "./resident_memory.ts";
import { toldPlatform } from "./told_platform.ts";

/** How many processes, and how much memory for all of them. */
export interface LocalOptions {
  /** Jobs at once; by default one for each core. */
  readonly parallel?: number;
  /** Bytes that they may hold together; by default four fifths of what is free now. */
  readonly memoryLimit?: number;
  /** The program and its first arguments that are given a job's file; by default the library's own. */
  readonly command?: readonly string[];
}

interface Child {
  process: ChildProcess | null;
  readonly begun: number;
  memory: number;
  overMemory: boolean;
}

/** How often the processes' memory is looked at. */
const watchMs = 500;

/**
 * Runs each job in a process of this machine; the cores are shared out among those that run at once. Where the processes come to hold more
 * than the limit together, the youngest is ended, its work kept, until they do not.
 */
export function localExecutor(
  { parallel = availableParallelism(), memoryLimit = freeMemoryLimit(), command = jobCommand() }:
    LocalOptions = {},
): Executor {
  const children = new Set<Child>();
  const threads = String(Math.max(1, Math.floor(availableParallelism() / parallel)));
  const env = {
    TF_NUM_INTRAOP_THREADS: threads,
    OMP_NUM_THREADS: threads,
    TF_CPP_MIN_LOG_LEVEL: "2",
    ...process.env,
  };
  const watch = setInterval(() => watchMemory(children, memoryLimit), watchMs);
  watch.unref?.();

  async function execute(
    job: Job,
    log: string,
    onProgress: (progress: JobProgress) => void,
    child: Child,
    stopping: AbortSignal,
  ): Promise<JobEnd> {
    const file = log.replace(/(\.log)?$/, ".job.json");
    await writeAside(file, JSON.stringify({ ...job, endsWithInput: true }));
    mkdirSync(dirname(log), { recursive: true });
    const out = openSync(log, "a");
    const spawned = spawn(command[0]!, [...command.slice(1), file], { stdio: ["pipe", "pipe", out], env });
    closeSync(out);
    child.process = spawned;
    children.add(child);
    spawned.stdin!.on("error", () => {}); // the process is gone already
    const stop = () => spawned.stdin!.end();
    if (stopping.aborted) stop();
    else stopping.addEventListener("abort", stop, { once: true });
    let record: RunRecord | null = null;
    let refused: string | null = null;
    createInterface({ input: spawned.stdout! }).on("line", (line) => {
      const event = jobEvent(line);
      if (event?.event === "progress") onProgress(event.progress);
      else if (event?.event === "record") record = event.record;
      else if (event?.event === "refused") refused = event.reason;
    });
    const death = await new Promise<string>((resolve) => {
      spawned.on("error", (error) => resolve(`its process cannot be started: ${error.message}`));
      spawned.on("close", (code, signal) => resolve(`its process ended by ${signal ?? `exit code ${code}`}`));
    });
    children.delete(child);
    const seconds = (performance.now() - child.begun) / 1000;
    const end = { record, seconds, memoryBytes: child.memory || null };
    if (refused !== null) return { ...end, kind: "refused", reason: refused };
    if (child.overMemory && unfinished(record)) return { ...end, kind: "over memory", reason: null };
    if (record === null) return { ...end, kind: "lost", reason: `${death}; see ${log}` };
    return { ...end, kind: "ended", reason: null };
  }

  return {
    name: "local",
    slots: parallel,
    memoryLimit,
    async platform(signal) {
      const [program, ...args] = [...command, platformFlag];
      const { output, words } = await new Promise<{ output: string; words: string }>((resolve) =>
        execFile(program!, args, { env, ...signal && { signal } }, (error, output) => {
          resolve({ output, words: error?.message ?? "it ended without a word" });
        })
      );
      signal?.throwIfAborted();
      return toldPlatform(output, words);
    },
    start(job: Job, _needs: JobNeeds, log, onProgress): RunningJob {
      const stopping = new AbortController();
      const child: Child = { process: null, begun: performance.now(), memory: 0, overMemory: false };
      return {
        ended: execute(job, log, onProgress, child, stopping.signal),
        memoryBytes: () => child.memory,
        stop: () => stopping.abort(),
      };
    },
    close() {
      clearInterval(watch);
      return Promise.resolve();
    },
  };
}

function unfinished(record: RunRecord | null): boolean {
  return record === null || record.run.status === "interrupted";
}

/** One that is being ended gives back what it holds in a moment: the others do not pay for it meanwhile. */
function watchMemory(children: ReadonlySet<Child>, limit: number): void {
  let total = 0;
  let youngest: Child | null = null;
  for (const child of children) {
    const pid = child.process?.pid;
    const now = pid === undefined ? 0 : residentMemory(pid);
    child.memory = Math.max(child.memory, now);
    if (child.overMemory) continue;
    total += now;
    if (youngest === null || child.begun >= youngest.begun) youngest = child;
  }
  if (total <= limit || youngest === null) return;
  youngest.overMemory = true;
  youngest.process?.stdin?.end();
}

/** What starts a job on the runtime that this runs on. */
export function jobCommand(): string[] {
  const program = ownPath(`lib/experiments/sweeps/run_job${extname(import.meta.url)}`);
  const deno = "deno" in process.versions;
  return [process.execPath, ...deno ? ["run", "-A", "--unstable-webgpu", "--no-check"] : [], program];
}
