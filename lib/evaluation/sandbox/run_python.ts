import { availableParallelism } from "node:os";
import { UsageError } from "../../usage_error.ts";
import type { PythonJob } from "./messages.ts";
import { PythonProcess } from "./python_process.ts";
import type { PythonRun } from "./python_run.ts";

/** How to run a program. */
export interface PythonOptions {
  /** Python run after the program in the same names, by which it is judged; none by default. */
  readonly checks?: string;
  /**
   * Time that the program and its checks may compute together, the interpreter's start left out; by default 10. A busy machine lets
   * them take longer by the clock, up to ten times.
   */
  readonly seconds?: number;
}

/** Characters that a program may write. */
const OUTPUT_LIMIT = 2 ** 20;
const IDLE_SECONDS = 1;

/** A process and the programs that wait for it; the process is started for the first and closed soon after the last. */
class Lane {
  private process: PythonProcess | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private idle: ReturnType<typeof setTimeout> | undefined;
  waiting = 0;

  run(program: string, checks: string, seconds: number): Promise<PythonRun> {
    this.waiting++;
    clearTimeout(this.idle);
    const job = { program, checks, seconds, outputLimit: OUTPUT_LIMIT };
    const turn = this.last.then(async (): Promise<PythonRun> => {
      // What programs before it left may be what ends the process, so that only the end of a fresh one is this program's.
      const run = this.process && await this.process.run(job) || await this.runAfresh(job);
      if (run === null) return { outcome: "crashed", output: "", error: "the sandbox's process ended" };
      // A worker that computes does not hear that it is terminated.
      if (run.outcome === "timeout" || run.outcome === "flood") this.close();
      return run;
    }).finally(() => {
      if (--this.waiting === 0) this.idle = setTimeout(() => this.close(), IDLE_SECONDS * 1000);
    });
    this.last = turn.catch(() => {});
    return turn;
  }

  private async runAfresh(job: Omit<PythonJob, "token">): Promise<PythonRun | null> {
    this.close();
    this.process = await PythonProcess.start();
    const run = await this.process.run(job);
    if (run === null) this.close();
    return run;
  }

  private close(): void {
    this.process?.close();
    this.process = null;
  }
}

const lanes = Array.from({ length: Math.min(4, availableParallelism()) }, () => new Lane());

/**
 * Runs a Python program that nobody has read, such as a model's, without harm: CPython 3.14 in WebAssembly (Pyodide) in a
 * worker of a Deno process that has no permission at all. It can open no file, no socket and no process of the host; the ways to JavaScript are taken from it,
 * and what it might reach there makes no code of strings. On Linux the process has 4 GiB of memory.
 *
 * Each program has a fresh interpreter, 512 MiB of memory, and may write 2²⁰ characters; it has no standard input. The
 * standard library is there (without threads, processes, network and asyncio's loop), no other package. Its `__name__` is not
 * `__main__`. The checks are compiled before the program runs, and run after it with the builtins that it found; a
 * program that ends early, or prints what it likes, has not finished. (One whose values call themselves equal to
 * everything still deceives its checks.) A few programs run at once, one per process, further ones wait; the processes
 * end a second after the last. The first program takes about two seconds, the next ones some tenths.
 *
 * @throws UsageError for a time that is not positive, or outside Deno without a `deno` on PATH
 *
 * @example
 * ```ts
 * import { runPython } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const checks = "assert twice(21) == 42";
 * const good = await runPython("def twice(x):\n    return 2 * x\nprint('defined')", { checks });
 * assert.deepEqual(good, { outcome: "finished", output: "defined\n", error: null });
 *
 * const thief = await runPython("print(open('/etc/passwd').read())", { checks });
 * assert.match(thief.error!, /FileNotFoundError/);
 * ```
 */
export async function runPython(
  program: string,
  { checks = "", seconds = 10 }: PythonOptions = {},
): Promise<PythonRun> {
  if (!(seconds > 0 && seconds < 1e6)) {
    throw new UsageError(`a time limit of ${seconds} s makes no sense; give a positive number of seconds`);
  }
  const shortest = lanes.reduce((best, lane) => lane.waiting < best.waiting ? lane : best);
  return await shortest.run(program, checks, seconds);
}
