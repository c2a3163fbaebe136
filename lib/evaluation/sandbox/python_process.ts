import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import process from "node:process";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { mostByClock } from "./after_computing.ts";
import { findDeno } from "./find_deno.ts";
import { limitMemory } from "./limit_memory.ts";
import type { PyodideFiles, PythonJob } from "./messages.ts";
import type { PythonRun } from "./python_run.ts";
import { withMemoryLimit } from "./with_memory_limit.ts";

const MEMORY_LIMIT = 512 * 2 ** 20;
/** For the whole process: Deno's own, the interpreter's, and what ended workers have not given back yet. */
const PROCESS_MEMORY_LIMIT = 4 * 2 ** 30;
/** For a worker's start on a slow machine, and the answer's way. */
const GRACE_SECONDS = 300;
/** What Deno needs to find its own cache; keys and tokens of the host's environment stay out. */
const VARIABLES = ["DENO_DIR", "HOME", "LOCALAPPDATA", "SystemRoot", "USERPROFILE", "XDG_CACHE_HOME"];
const FLAGS = [
  ...["--no-prompt", "--no-config", "--no-lock", "--no-npm", "--no-remote", "--unstable-worker-options"],
  // Without eval and Function, an object of JavaScript that a program gets hold of leads nowhere.
  "--v8-flags=--disallow-code-generation-from-strings",
];

/** A process without permissions that runs one Python program after the other, each in a fresh interpreter. */
export class PythonProcess {
  private readonly answers: Interface;
  private readonly ended: Promise<null>;
  private complaints = "";

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    this.answers = createInterface({ input: child.stdout });
    this.ended = new Promise((resolve) => {
      child.once("exit", () => resolve(null));
      child.once("error", ({ message }) => {
        this.complaints += message;
        resolve(null);
      });
    });
    child.stdin.on("error", () => {}); // that it ended is told by its end
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.complaints = (this.complaints + text).slice(-1000);
    });
  }

  static async start(): Promise<PythonProcess> {
    const command = [findDeno(), "run", ...FLAGS, fileURLToPath(import.meta.resolve("./warden.ts"))];
    const [program, ...args] = withMemoryLimit(command, PROCESS_MEMORY_LIMIT);
    const started = new PythonProcess(spawn(program!, args, {
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => VARIABLES.includes(name))),
    }));
    started.send(pyodideFiles());
    if (await started.answerTo("ready", GRACE_SECONDS) === null) {
      started.close();
      throw new Error(
        `the sandbox for Python programs did not start: ${started.complaints.trim() || "it was too slow"}`,
      );
    }
    return started;
  }

  /** Null once the process is unfit for a further program. */
  async run(job: Omit<PythonJob, "token">): Promise<PythonRun | null> {
    const token = randomBytes(16).toString("hex");
    this.send({ ...job, token } satisfies PythonJob);
    const answer = await this.answerTo(token, mostByClock * job.seconds + GRACE_SECONDS);
    return answer === null ? null : JSON.parse(answer);
  }

  close(): void {
    this.answers.close();
    this.child.kill("SIGKILL");
  }

  private send(message: PyodideFiles | PythonJob): void {
    this.child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** The rest of the line that starts with the token; null when the process ends before it, or is silent for too long. */
  private async answerTo(token: string, seconds: number): Promise<string | null> {
    const answered = Promise.withResolvers<string | null>();
    const listen = (line: string) => line.startsWith(token) && answered.resolve(line.slice(token.length + 1));
    const timer = setTimeout(() => answered.resolve(null), seconds * 1000);
    this.answers.on("line", listen);
    try {
      return await Promise.race([answered.promise, this.ended]);
    } finally {
      clearTimeout(timer);
      this.answers.off("line", listen);
    }
  }
}

function pyodideFiles(): PyodideFiles {
  const read = (name: string) => readFileSync(createRequire(import.meta.url).resolve(`pyodide/${name}`));
  return {
    loader: read("pyodide.mjs").toString(),
    runtime: read("pyodide.asm.mjs").toString(),
    wasm: Buffer.from(limitMemory(read("pyodide.asm.wasm"), MEMORY_LIMIT)).toString("base64"),
    library: read("python_stdlib.zip").toString("base64"),
    lock: JSON.stringify({ ...JSON.parse(read("pyodide-lock.json").toString()), packages: {} }),
    worker: readFileSync(fileURLToPath(import.meta.resolve("./python_worker.ts")), "utf8"),
  };
}
