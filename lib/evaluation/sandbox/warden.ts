// The sandbox process: run without any permission. It takes lines of JSON, first `PyodideFiles`, then one `PythonJob`
// after the other, and answers each with a line: `ready`, or the job's token and a `PythonRun`.
import { Buffer } from "node:buffer";
import process from "node:process";
import { createInterface } from "node:readline";
import { afterComputing } from "./after_computing.ts";
import type { PyodideFiles, PythonJob, WorkerStart } from "./messages.ts";
import type { PythonRun } from "./python_run.ts";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const files: PyodideFiles = JSON.parse((await lines.next()).value!);
const script = URL.createObjectURL(new Blob([files.worker], { type: "application/typescript" }));
const start: WorkerStart = {
  loader: files.loader,
  runtime: files.runtime,
  module: await WebAssembly.compile(bytesOf(files.wasm)),
  library: bytesOf(files.library),
  lock: files.lock,
};
const snapshot = await makeSnapshot();
answer("ready");
for await (const line of lines) {
  const job: PythonJob = JSON.parse(line);
  answer(`${job.token} ${JSON.stringify(await run(job))}`);
}
process.exit();

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(base64, "base64"));
}

function answer(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A worker without any permission, at the start given. */
function launch(start: WorkerStart): Worker {
  const worker = new Worker(script, { type: "module", deno: { permissions: "none" } } as WorkerOptions);
  worker.postMessage(start);
  return worker;
}

/** A fresh interpreter's memory, made once: each program gets a copy, which takes a tenth of a start's time. */
function makeSnapshot(): Promise<Uint8Array<ArrayBuffer>> {
  const worker = launch(start);
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = ({ message }) => reject(new Error(message));
  });
}

function run(job: PythonJob): Promise<PythonRun> {
  const worker = launch({ ...start, snapshot, job });
  let takeBack = () => {};
  return new Promise<PythonRun>((resolve) => {
    worker.onmessage = ({ data }) => {
      const [head, error, ...output] = String(data).split("\n");
      if (head === `${job.token} started`) {
        takeBack = afterComputing(
          job.seconds,
          () => resolve({ outcome: "timeout", output: "", error: `it ran longer than ${job.seconds} s` }),
        );
      } else if (head!.startsWith(`${job.token} `)) {
        const outcome = head!.slice(job.token.length + 1) as PythonRun["outcome"];
        resolve({ outcome, output: output.join("\n"), error: error || null });
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      resolve({ outcome: "crashed", output: "", error: event.message });
    };
  }).finally(() => {
    takeBack();
    worker.terminate();
  });
}
