/** Runs cells one at a time in an inner kernel, keeps their output in order, and interrupts them. */
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findSyntaxProblem, importedModules, raceAwaits, type SyntaxProblem } from "./cell.ts";
import { InnerKernel } from "./inner_kernel.ts";
import type { Json, Message } from "./message.ts";
import type { Frames } from "./zmtp.ts";

/** How a cell failed, in Jupyter's words. */
export interface CellError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** What a running cell says. */
export interface CellEvents {
  /** Outputs of the cell, in their order; an error that was put out is not given a second time. */
  onOutput(type: string, content: Json, metadata?: Json, buffers?: Frames): void;
  /** The cell asks the person at the notebook. */
  onQuestion(content: Json): void;
}

/** Where cells run and what runs before the first. */
export interface CellRunnerOptions {
  /** Relative paths of cells begin here. */
  readonly cwd: string;
  /** The module that runs before the first cell. */
  readonly prelude: string;
  /** Ends the inner kernel, also while it starts; the start then rejects. */
  readonly signal: AbortSignal;
}

/** How long the event loop of a cell may be deaf before an interrupt stops its code. */
const deafMilliseconds = 300;
/** The same where work announced that it stops by itself after a step. */
const patienceMilliseconds = 20_000;
/** How long a stopped cell may take to answer before its remains are collected, the first time. */
const remainsMilliseconds = 100;
const interrupts = `globalThis[Symbol.for("nlora.interrupt")]`;
const flushMark = "\u0002nlora-flush\u0003";
/** Messages of the inner kernel about itself. */
const ownMessages = ["status", "execute_input", "shutdown_reply"];

/** The cell that runs. */
interface Cell {
  error: CellError | null;
  interrupted: boolean;
}

/** A running inner kernel and the cell that runs in it. */
export class CellRunner {
  #inner!: InnerKernel;
  readonly #events: CellEvents;
  #cell: Cell | null = null;
  /** Ways by which the marks of a flush are still to come. */
  #marksLeft = 0;
  #flushed: (() => void) | null = null;
  #cooperating = 0;
  /** Whether the cell waits for an answer, which keeps its event loop from turning. */
  #asks = false;
  #heard: (() => void) | null = null;

  private constructor(events: CellEvents) {
    this.#events = events;
  }

  /** Starts the inner kernel and runs the prelude. */
  static async start({ cwd, prelude, signal }: CellRunnerOptions, events: CellEvents): Promise<CellRunner> {
    const runner = new CellRunner(events);
    runner.#inner = await InnerKernel.start(
      {
        onIopub: (message) => runner.#onMessage(message),
        onStdin: ({ content }) => {
          runner.#asks = true;
          events.onQuestion(content);
        },
      },
      innerFolder(cwd),
      signal,
    );
    const begin = `Deno.chdir(${JSON.stringify(cwd)}); await import(${JSON.stringify(prelude)}); undefined`;
    const { content } = await runner.#inner.whileAlive(runner.#execute(begin));
    if (content.status !== "ok") {
      console.error(`the prelude failed: ${(content.traceback ?? []).join("\n") || content.evalue}`);
    }
    return runner;
  }

  /** Resolves with the exit code when the inner kernel has ended. */
  get exited(): Promise<number> {
    return this.#inner.exited;
  }

  /** Runs one cell to the end of its output; gives its error, if any. */
  async run(code: string, { silent = false, allow_stdin = false }: Json): Promise<CellError | null> {
    const problem = findSyntaxProblem(code);
    const cell: Cell = this.#cell = { error: null, interrupted: false };
    const error = problem ? syntaxError(code, problem) : await this.#runWhole(code, { silent, allow_stdin });
    this.#cell = null;
    if (error && !cell.error && !silent) this.#events.onOutput("error", error as unknown as Json);
    return error;
  }

  async #runWhole(code: string, options: Json): Promise<CellError | null> {
    const { content } = await this.#execute(raceAwaits(code, interrupts), options);
    if (unexplained(content) && !this.#cell!.interrupted) {
      await this.#execute(
        `for (const module of ${JSON.stringify(importedModules(code))}) await import(module);`,
      );
    }
    await this.#flush();
    const { error, interrupted } = this.#cell!;
    if (error) return error;
    if (content.status === "ok") return null;
    if (interrupted) return described("Interrupted", "stopped by the user");
    return described("SyntaxError", "the cell could not be compiled");
  }

  /** Asks the cell that runs to stop; code that never lets the event loop turn is stopped by the engine. */
  async interrupt(): Promise<void> {
    const cell = this.#cell;
    if (!cell) return;
    cell.interrupted = true;
    const heard = new Promise<"heard">((resolve) => this.#heard = () => resolve("heard"));
    this.#inner.tell("interrupt");
    const patience = this.#cooperating > 0 ? patienceMilliseconds : deafMilliseconds;
    const deaf = new Promise<"deaf">((resolve) => setTimeout(() => resolve("deaf"), patience));
    if (await Promise.race([heard, deaf]) === "deaf" && this.#cell === cell) {
      await this.#inner.request("control", "interrupt_request", {});
      this.answer({ value: "" });
    }
    await this.#collectRemains(cell);
  }

  /**
   * Code that was stopped after an `await` never settles the promise that the inner kernel waits for; the inner kernel
   * answers once the garbage collector has found that nobody can settle it.
   */
  async #collectRemains(cell: Cell): Promise<void> {
    for (let wait = remainsMilliseconds; wait < patienceMilliseconds; wait *= 2) {
      await sleep(wait);
      if (this.#cell !== cell) return;
      this.#inner.tell("collect");
    }
  }

  /** Gives the cell the answer to its question, if it waits for one. */
  answer(content: Json): void {
    if (this.#asks) this.#inner.send("stdin", "input_reply", content);
    this.#asks = false;
  }

  /** What could follow the code before the cursor, as Jupyter's `complete_reply`. */
  async complete(content: Json): Promise<Json> {
    return (await this.#inner.request("shell", "complete_request", content)).content;
  }

  /** Ends the inner kernel. */
  close(): Promise<void> {
    return this.#inner.close();
  }

  #execute(code: string, { silent = false, allow_stdin = false }: Json = {}): Promise<Message> {
    const content = {
      code,
      silent,
      allow_stdin,
      store_history: false,
      stop_on_error: false,
      user_expressions: {},
    };
    return this.#inner.request("shell", "execute_request", content);
  }

  /** Resolves when all that the cell has put out is sent on: marks sent after it have come through every way. */
  async #flush(): Promise<void> {
    const mark = JSON.stringify(flushMark);
    this.#marksLeft = 3;
    const flushed = new Promise<void>((resolve) => this.#flushed = resolve);
    await this.#execute(
      `console.log(${mark}); console.error(${mark}); await Deno.jupyter.broadcast("nlora_flush", {}); ` +
        `${interrupts}?.endCell(); undefined`,
    );
    await flushed;
  }

  #onFlushMark(): void {
    this.#marksLeft -= 1;
    if (this.#marksLeft === 0) this.#flushed?.();
  }

  #onMessage({ header: { msg_type: type }, content, metadata, buffers }: Message): void {
    if (ownMessages.includes(type)) return;
    if (type === "nlora_flush") return this.#onFlushMark();
    if (type === "nlora_interrupt") return this.#heard?.();
    if (type === "nlora_cooperate") {
      this.#cooperating = content.count;
      return;
    }
    if (type === "stream" && content.text.includes(flushMark)) {
      const text = content.text.replace(`${flushMark}\n`, "");
      this.#onFlushMark();
      if (text === "") return;
      content = { ...content, text };
    }
    if (type === "error") {
      content = withoutOwnFrames(content);
      if (this.#cell) this.#cell.error = content as unknown as CellError;
    }
    this.#events.onOutput(type, content, metadata, buffers);
  }
}

/**
 * Where the inner kernel starts. It takes its configuration, and so the library's imports, from there: from the working
 * folder where that lies in this project, else from the project itself.
 */
function innerFolder(cwd: string): string {
  const root = join(import.meta.dirname!, "..");
  return relative(root, cwd).startsWith("..") ? root : cwd;
}

/** Whether the inner kernel says of a failure no more than that: code that it cannot compile, modules that are missing. */
function unexplained({ status, evalue }: Json): boolean {
  return status === "error" && evalue === "Execution failed";
}

/** The error with a traceback that says what happened and names no place in the prelude. */
function withoutOwnFrames({ ename, evalue, traceback }: Json): Json {
  const lines = traceback.filter((line: string) => line !== "" && !line.includes("/kernels/prelude.ts:"));
  return { ename, evalue, traceback: lines.length > 0 ? lines : [`${ename}: ${evalue}`] };
}

function described(ename: string, evalue: string): CellError {
  return { ename, evalue, traceback: [`${ename}: ${evalue}`] };
}

function syntaxError(code: string, { message, line, column }: SyntaxProblem): CellError {
  const place = [
    `    at line ${line}, column ${column}`,
    code.split("\n")[line - 1] ?? "",
    `${" ".repeat(column - 1)}^`,
  ];
  return { ename: "SyntaxError", evalue: message, traceback: [`SyntaxError: ${message}`, ...place] };
}
