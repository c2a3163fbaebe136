/** What the sandbox process is given first: all that it has of Pyodide, since it can read nothing itself. */
export interface PyodideFiles {
  /** `pyodide.mjs` and `pyodide.asm.mjs`. */
  readonly loader: string;
  readonly runtime: string;
  /** `pyodide.asm.wasm` with its memory limited, and `python_stdlib.zip`, both in base64. */
  readonly wasm: string;
  readonly library: string;
  /** `pyodide-lock.json` without its packages, none of which could be fetched. */
  readonly lock: string;
  /** The source of the worker that a program runs in. */
  readonly worker: string;
}

/** One program for the sandbox process. */
export interface PythonJob {
  /** Goes before each word of the process about this job; the program never sees it. */
  readonly token: string;
  readonly program: string;
  /** Run after the program, in its namespace. */
  readonly checks: string;
  readonly seconds: number;
  /** Characters that the program may write. */
  readonly outputLimit: number;
}

/** What a worker starts from: to make the snapshot of a fresh interpreter, or to run a job in a copy of it. */
export interface WorkerStart {
  readonly loader: string;
  readonly runtime: string;
  readonly module: WebAssembly.Module;
  readonly library: Uint8Array<ArrayBuffer>;
  readonly lock: string;
  readonly snapshot?: Uint8Array<ArrayBuffer>;
  readonly job?: PythonJob;
}
