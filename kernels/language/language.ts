/** Types, asked for from a thread of their own. */
import type { Completions } from "./completion.ts";
import type { Question } from "./language_worker.ts";
import type { NotebookInspection } from "./notebook_types.ts";
import type { Problem } from "./problem.ts";

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The methods of {@linkcode NotebookTypes}, answered in the order in which they are called. */
export class Language {
  #worker: Worker | null = null;
  readonly #starting: ReturnType<typeof setTimeout>;
  readonly #waiting = new Map<number, Waiting>();
  /** Questions from before there was a thread. */
  #early: Question[] = [];
  #questions = 0;
  #ready = false;

  /**
   * The thread begins after a while, so that the kernel's first cell has the processors to itself, and then needs seconds
   * to read the types of what a cell of the folder may import.
   */
  constructor(folder: string, { delayMs = 1000 } = {}) {
    this.#waiting.set(0, { resolve: () => this.#ready = true, reject: () => {} });
    this.#starting = setTimeout(() => this.#begin(folder), delayMs);
  }

  /** Whether the types have been read. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Whether the types have been read and nothing is asked, so that an answer comes soon. */
  get idle(): boolean {
    return this.#ready && this.#waiting.size === 0;
  }

  /** The errors of types in a cell. */
  check(code: string): Promise<Problem[]> {
    return this.#ask("check", code);
  }

  /** Adds what the cell of a number declares to the scope. */
  add(code: string, cell: number): Promise<void> {
    return this.#ask("add", code, cell);
  }

  /** What could stand at the cursor, in UTF-16 units. */
  complete(code: string, cursor: number): Promise<Completions> {
    return this.#ask("complete", code, cursor);
  }

  /** What the name at the cursor, in UTF-16 units, is. */
  inspect(code: string, cursor: number): Promise<NotebookInspection | null> {
    return this.#ask("inspect", code, cursor);
  }

  /** Ends the thread; what was asked is not answered. */
  close(): void {
    clearTimeout(this.#starting);
    this.#worker?.terminate();
  }

  #begin(folder: string): void {
    this.#worker = new Worker(new URL("./language_worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data: { id, result, error } }) => {
      const { resolve, reject } = this.#waiting.get(id)!;
      this.#waiting.delete(id);
      if (error === undefined) resolve(result);
      else reject(new Error(error));
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      for (const { reject } of this.#waiting.values()) reject(new Error(event.message));
      this.#waiting.clear();
    };
    for (const message of [folder, ...this.#early]) this.#worker.postMessage(message);
    this.#early = [];
  }

  #ask<Result>(method: Question["method"], ...given: readonly unknown[]): Promise<Result> {
    const id = ++this.#questions;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { resolve, reject });
    const question: Question = { id, method, given };
    if (this.#worker) this.#worker.postMessage(question);
    else this.#early.push(question);
    return promise as Promise<Result>;
  }
}
