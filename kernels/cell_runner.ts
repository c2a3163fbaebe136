/** Runs cells one at a time in a process of their own, keeps their output in order, and interrupts them. */
import { setTimeout as sleep } from "node:timers/promises";
import { findSyntaxProblem } from "./cell.ts";
import { CellProcess } from "./cell_process.ts";
import { compileCell } from "./compile_cell.ts";
import type { Json } from "./message.ts";
import type { OutputLimit } from "./output_limit.ts";
import { type Packet, readEndMarks } from "./packets.ts";
import { type CellError, interrupted, Sources } from "./traceback.ts";
import type { Frames } from "./zmtp.ts";

export type { CellError } from "./traceback.ts";

/** What a running cell says. */
export interface CellEvents {
  /** Outputs of the cell, in their order, its error too. */
  onOutput(type: string, content: Json, metadata?: Json, buffers?: Frames): void;
  /** The cell asks the person at the notebook: `prompt` and whether it is a `password`. */
  onQuestion(content: Json): void;
}

/** Where cells run. */
export interface CellRunnerOptions {
  /** Relative paths of cells begin here. */
  readonly cwd: string;
  /** Ends the process, also while it starts; the start then rejects. */
  readonly signal: AbortSignal;
  /** How much a cell may print. */
  readonly limit: OutputLimit;
}

/** How long the event loop of a cell may be deaf before an interrupt ends its code. */
const deafMilliseconds = 300;
/** The same where work announced that it stops by itself after a step. */
const patienceMilliseconds = 20_000;
/** How long a cell that has heard an interrupt may go on, such as in a `finally`. */
const graceMilliseconds = 2000;
/** After how many tries to end its code a cell is called hopeless; native code, for one, hears nothing. */
const hopelessTries = 5;
/** How long output that child processes wrote may take to arrive once their cell has ended; it is on its way then. */
const trailMilliseconds = 10_000;

/** The cell that runs. */
interface Cell {
  readonly id: number;
  readonly silent: boolean;
  error: CellError | null;
  /** Whether it has let the event loop turn since it was interrupted. */
  heard: boolean;
  /** Whether it waits for an answer, which keeps its event loop from turning. */
  asks: boolean;
  /** Whether it was interrupted: it gets no answers any more. */
  interrupted: boolean;
  /** Whether its code was ended by force. */
  forced: boolean;
  readonly done: PromiseWithResolvers<void>;
  /** What has not yet come to the cell's end: its packets, and the two streams past them. */
  readonly trailing: Set<string>;
}

/** A process for cells and the cell that runs in it. */
export class CellRunner {
  readonly #limit: OutputLimit;
  readonly #events: CellEvents;
  readonly #sources = new Sources();
  readonly #replies = new Map<number, PromiseWithResolvers<unknown>>();
  #process!: CellProcess;
  #cell: Cell | null = null;
  #ids = 0;
  #cooperating = 0;
  /** Text that goes out together. */
  #text = { name: "stdout", text: "" };
  /** What came past the packets last and may be the begin of a mark. */
  readonly #begun = { stdout: "", stderr: "" };

  private constructor(limit: OutputLimit, events: CellEvents) {
    this.#limit = limit;
    this.#events = events;
  }

  /** Starts the process. */
  static async start(
    { cwd, signal, limit }: CellRunnerOptions,
    events: CellEvents,
  ): Promise<CellRunner> {
    const runner = new CellRunner(limit, events);
    runner.#process = await CellProcess.start(cwd, signal, {
      onPacket: (packet) => runner.#onPacket(packet),
      onPause: () => runner.#flush(),
      onText: (name, text) => runner.#onText(name, text),
    });
    return runner;
  }

  /** Resolves with the exit code when the process has ended. */
  get exited(): Promise<number> {
    return this.#process.exited;
  }

  /**
   * Runs one cell to the end of its output; gives its error, if any, which has been put out too.
   *
   * @param options `silent` and `allow_stdin` as in Jupyter's `execute_request`, and the cell's `name` in tracebacks
   */
  async run(code: string, { name, silent = false, allow_stdin = false }: Json): Promise<CellError | null> {
    this.#sources.add(name, code);
    const problem = findSyntaxProblem(code);
    if (problem) {
      const { message, line, column } = problem;
      const error = this.#sources.explain(
        "SyntaxError",
        message,
        `SyntaxError: ${message}\n    at ${name}:${line}:${column}`,
      );
      if (!silent) this.#events.onOutput("error", error as unknown as Json);
      return error;
    }
    return await this.#do("run", { ...compileCell(code), name, silent, allow_stdin }, { silent });
  }

  /** Hands a comm message of the notebook to the code that has the comm; resolves at the end of what that puts out. */
  async receiveComm(type: string, content: Json, buffers: Frames): Promise<void> {
    await this.#do("comm", { type, content }, { buffers });
  }

  /** The value of an expression as it is shown: `data` and `metadata`; rejects with a {@linkcode CellError}. */
  async evaluate(code: string): Promise<Json> {
    const problem = findSyntaxProblem(code);
    if (problem) {
      throw this.#sources.explain("SyntaxError", problem.message, `SyntaxError: ${problem.message}`);
    }
    return await this.#request("evaluate", { ...compileCell(code), name: "expression" }) as Json;
  }

  async #do(
    type: string,
    content: Json,
    { silent = false, buffers }: { silent?: boolean; buffers?: Frames },
  ): Promise<CellError | null> {
    this.#ids += 1;
    const cell: Cell = this.#cell = {
      id: this.#ids,
      silent,
      error: null,
      heard: false,
      asks: false,
      interrupted: false,
      forced: false,
      done: Promise.withResolvers(),
      trailing: new Set(["packets", "stdout", "stderr"]),
    };
    this.#limit.reset();
    this.#process.tell({ type, content: { ...content, id: cell.id }, ...(buffers ? { buffers } : {}) });
    await Promise.race([cell.done.promise, this.#process.exited]);
    this.#flush();
    this.#cell = null;
    return cell.error;
  }

  /** Asks the cell that runs to stop; code that never lets the event loop turn is ended by force. */
  async interrupt(): Promise<void> {
    const cell = this.#cell;
    if (!cell) return;
    cell.heard = false;
    cell.interrupted = true;
    if (cell.asks) this.#answer(null);
    this.#process.tell({ type: "interrupt", content: { id: cell.id } });
    await this.#wait(deafMilliseconds, () => cell.heard || this.#cell !== cell);
    if (cell.heard) await this.#wait(graceMilliseconds, () => this.#cell !== cell);
    for (let tries = 1; this.#cell === cell; tries += 1) {
      const { heard } = cell;
      await this.#process.stopRunningCode(() => cell.forced = this.#cell === cell && cell.heard === heard);
      this.#process.tell({ type: "stopped", content: { id: cell.id } });
      await this.#wait(deafMilliseconds, () => this.#cell !== cell);
      if (tries === hopelessTries) this.#say("stderr", "what runs cannot be stopped; restart the kernel\n");
    }
  }

  /** Resolves when that is so, or after some time, longer where work announced that it stops by itself. */
  async #wait(milliseconds: number, isSo: () => boolean): Promise<void> {
    const begun = performance.now();
    const patience = () => this.#cooperating > 0 ? patienceMilliseconds : milliseconds;
    while (!isSo() && performance.now() - begun < patience()) await sleep(5);
  }

  /** Gives the cell the answer to its question, if it waits for one. */
  answer({ value }: Json): void {
    if (this.#cell?.asks) this.#answer(String(value));
  }

  #answer(text: string | null): void {
    this.#cell!.asks = false;
    this.#process.answer(text);
  }

  /** What the values that are alive offer to follow the code before the cursor, as Jupyter's `complete_reply`. */
  async complete({ code, cursor_pos }: Json): Promise<Json> {
    const before = [...String(code)].slice(0, cursor_pos).join("");
    const [, path = "", begun = ""] = /((?:[\p{ID_Continue}$]+\s*\??\.\s*)*)([\p{ID_Continue}$]*)$/u.exec(
      before,
    )!;
    const names = await this.#request("names", { path }) as string[];
    return {
      status: "ok",
      matches: names.filter((name) => name.startsWith(begun)),
      cursor_start: cursor_pos - [...begun].length,
      cursor_end: cursor_pos,
      metadata: {},
    };
  }

  /** A short text of the value at a path of names; null for functions, and where there is none. */
  async describe(path: string): Promise<string | null> {
    return await this.#request("describe", { path }) as string | null;
  }

  /** Ends the process. */
  close(): Promise<void> {
    return this.#process.close();
  }

  #request(name: string, content: Json): Promise<unknown> {
    this.#ids += 1;
    const reply = Promise.withResolvers<unknown>();
    this.#replies.set(this.#ids, reply);
    this.#process.tell({ type: "request", content: { ...content, name, id: this.#ids } });
    return reply.promise;
  }

  #onPacket({ type, content, metadata, buffers }: Packet): void {
    switch (type) {
      case "stream":
        return this.#say(content.name, content.text);
      case "output":
        this.#flush();
        return this.#events.onOutput(content.type, content.content, metadata, buffers);
      case "failed":
        return this.#onFailure(content);
      case "done":
        return this.#onEnd(content.id, "packets");
      case "question":
        this.#flush();
        if (this.#cell) this.#cell.asks = true;
        if (this.#cell?.interrupted) return this.#answer(null);
        return this.#events.onQuestion(content);
      case "heard":
        if (this.#cell) this.#cell.heard = true;
        return;
      case "cooperating":
        this.#cooperating = content.count;
        return;
      case "reply":
        return this.#onReply(content);
    }
  }

  #onFailure(failure: Json): void {
    if (!this.#cell) return;
    const { ename, evalue, stack } = failure;
    // What remains of code that was ended by force may say anything.
    const error = this.#cell.forced ? interrupted : this.#sources.explain(ename, evalue, stack);
    this.#cell.error = error;
    this.#flush();
    if (!this.#cell.silent) this.#events.onOutput("error", error as unknown as Json);
  }

  #onEnd(id: number, stream: string): void {
    const cell = this.#cell;
    if (cell?.id !== id) return;
    cell.trailing.delete(stream);
    if (cell.trailing.size === 0) cell.done.resolve();
    else if (stream === "packets") sleep(trailMilliseconds).then(() => cell.done.resolve());
  }

  #onReply({ id, value, failure }: Json): void {
    const reply = this.#replies.get(id);
    this.#replies.delete(id);
    if (failure) reply?.reject(this.#sources.explain(failure.ename, failure.evalue, failure.stack));
    else reply?.resolve(value);
  }

  /** Takes what was written past the packets, and the marks of how far that has come. */
  #onText(name: "stdout" | "stderr", text: string): void {
    const { text: unmarked, ended, begun } = readEndMarks(this.#begun[name] + text);
    this.#begun[name] = begun;
    const said = name === "stderr"
      ? unmarked.replace(/^Debugger session (started|ended).*\n/gm, "")
      : unmarked;
    this.#say(name, said);
    this.#flush();
    if (ended !== null) this.#onEnd(ended, name);
  }

  #say(name: string, text: string): void {
    const { text: shown, notice } = this.#limit.take(text);
    this.#add(name, shown);
    this.#add("stderr", notice);
  }

  #add(name: string, text: string): void {
    if (text === "") return;
    if (this.#text.name !== name) this.#flush();
    this.#text = { name, text: this.#text.text + text };
  }

  #flush(): void {
    const { name, text } = this.#text;
    if (text === "") return;
    this.#text = { name, text: "" };
    this.#events.onOutput("stream", { name, text });
  }
}
