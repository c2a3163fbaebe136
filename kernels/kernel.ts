/** The kernel: answers Jupyter, runs each cell in the inner kernel, and keeps its output in order. */
import { join, relative } from "node:path";
import { type Connection, endpoint } from "./connection.ts";
import { findSyntaxProblem, raceAwaits } from "./cell.ts";
import { InnerKernel } from "./inner_kernel.ts";
import { Codec, type Json, type Message, PROTOCOL_VERSION } from "./message.ts";
import { Listener, openHeartbeat, type Peer, Publisher } from "./sockets.ts";
import type { Frames } from "./zmtp.ts";

/** What a kernel needs to start. */
export interface KernelOptions {
  readonly connection: Connection;
  /** Where cells run: their relative imports and their project's configuration are found from here. */
  readonly cwd: string;
  /** The module that runs before the first cell. */
  readonly prelude: string;
}

/** A request with the connection that it came by. */
interface Request {
  readonly message: Message;
  readonly peer: Peer;
}

interface CellError {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** How long the event loop of a cell may be deaf before an interrupt stops its code. */
const deafMilliseconds = 300;
/** The same where work announced that it stops by itself after a step. */
const patienceMilliseconds = 20_000;
const interrupts = `globalThis[Symbol.for("nlora.interrupt")]`;
const flushMark = "\u0002nlora-flush\u0003";

/** A running kernel. */
export class Kernel {
  readonly #codec: Codec;
  readonly #cwd: string;
  readonly #prelude: string;
  #inner!: InnerKernel;
  #publisher!: Publisher;
  #listeners: Listener[] = [];
  #stdin!: Listener;
  #executions = 0;
  readonly #queue: Request[] = [];
  /** Requests wait until the prelude has run. */
  #working = true;
  #current: { request: Request; error: CellError | null; interrupted: boolean } | null = null;
  #marksLeft = 0;
  #flushed: (() => void) | null = null;
  #cooperating = 0;
  #heard: (() => void) | null = null;
  readonly #ended = Promise.withResolvers<number>();

  private constructor({ connection, cwd, prelude }: KernelOptions) {
    this.#codec = new Codec(connection.key, connection.signature_scheme);
    this.#cwd = cwd;
    this.#prelude = prelude;
  }

  /** Opens the sockets, starts the inner kernel and runs the prelude. */
  static async start(options: KernelOptions): Promise<Kernel> {
    const kernel = new Kernel(options);
    await kernel.#open(options.connection);
    return kernel;
  }

  /** Resolves with the exit code when the kernel was shut down or its inner kernel has ended. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  /** Ends the inner kernel and closes the sockets. */
  async close(): Promise<void> {
    await this.#inner?.close();
    await Promise.all([this.#publisher, this.#stdin, ...this.#listeners].map((socket) => socket?.close()));
  }

  async #open(connection: Connection): Promise<void> {
    const at = (channel: "shell" | "control" | "stdin" | "iopub" | "hb") => endpoint(connection, channel);
    const inner = InnerKernel.start({
      onIopub: (message) => this.#onInnerOutput(message),
      onStdin: (message) => this.#onInputRequest(message),
    }, this.#innerFolder());
    this.#publisher = await Publisher.open(at("iopub"));
    this.#listeners = [
      await Listener.open("ROUTER", at("shell"), (frames, peer) => this.#onShell(frames, peer)),
      await Listener.open("ROUTER", at("control"), (frames, peer) => this.#onControl(frames, peer)),
      await openHeartbeat(at("hb")),
    ];
    this.#stdin = await Listener.open("ROUTER", at("stdin"), (frames) => this.#onInputReply(frames));
    this.#inner = await inner;
    this.#inner.exited.then((code) => this.#onInnerEnd(code));
    const reply = await this.#runInner(
      `Deno.chdir(${JSON.stringify(this.#cwd)}); await import(${JSON.stringify(this.#prelude)}); undefined`,
    );
    if (reply.content.status !== "ok") {
      console.error(
        `the prelude failed: ${(reply.content.traceback ?? []).join("\n") || reply.content.evalue}`,
      );
    }
    this.#working = false;
    this.#work();
  }

  /**
   * Where the inner kernel starts. It takes its configuration, and so the library's imports, from there: from the
   * working folder where that lies in this project, else from the project itself.
   */
  #innerFolder(): string {
    const root = join(import.meta.dirname!, "..");
    return relative(root, this.#cwd).startsWith("..") ? root : this.#cwd;
  }

  #decode(frames: Frames): Message | null {
    try {
      return this.#codec.decode(frames);
    } catch (error) {
      console.error(`dropped a message: ${(error as Error).message}`);
      return null;
    }
  }

  #onShell(frames: Frames, peer: Peer): void {
    const message = this.#decode(frames);
    if (!message) return;
    this.#queue.push({ message, peer });
    this.#work();
  }

  /** Takes requests in their order, one at a time. */
  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (let request = this.#queue.shift(); request; request = this.#queue.shift()) {
      this.#publish("status", { execution_state: "busy" }, request);
      try {
        await this.#answer(request);
      } catch (error) {
        console.error(`${request.message.header.msg_type} failed: ${(error as Error).message}`);
      }
      this.#publish("status", { execution_state: "idle" }, request);
    }
    this.#working = false;
  }

  async #answer(request: Request): Promise<void> {
    const { header: { msg_type: type }, content } = request.message;
    switch (type) {
      case "execute_request":
        return await this.#execute(request);
      case "kernel_info_request":
        return this.#reply(request, kernelInfo());
      case "is_complete_request": {
        const problem = findSyntaxProblem(String(content.code ?? ""));
        if (!problem) return this.#reply(request, { status: "complete" });
        return this.#reply(
          request,
          problem.incomplete ? { status: "incomplete", indent: "" } : { status: "invalid" },
        );
      }
      case "complete_request":
        return this.#reply(request, (await this.#inner.request("shell", type, content)).content);
      case "inspect_request":
        return this.#reply(request, { status: "ok", found: false, data: {}, metadata: {} });
      case "history_request":
        return this.#reply(request, { status: "ok", history: [] });
      case "comm_info_request":
        return this.#reply(request, { status: "ok", comms: {} });
      case "shutdown_request":
        return this.#shutdown(request);
    }
  }

  async #execute(request: Request): Promise<void> {
    const { code = "", silent = false, store_history = !silent, stop_on_error = true } =
      request.message.content;
    if (store_history) this.#executions += 1;
    const execution_count = this.#executions;
    if (!silent) this.#publish("execute_input", { code, execution_count }, request);
    const current = this.#current = { request, error: null as CellError | null, interrupted: false };
    const error = await this.#runCell(String(code), request);
    this.#current = null;
    if (error && !current.error && !silent) this.#publish("error", error, request);
    if (!error) {
      return this.#reply(request, { status: "ok", execution_count, payload: [], user_expressions: {} });
    }
    this.#reply(request, { status: "error", execution_count, ...error });
    if (stop_on_error) this.#abortQueued();
  }

  /** Runs one cell to the end of its output; gives its error, if any. */
  async #runCell(code: string, { message }: Request): Promise<CellError | null> {
    const problem = findSyntaxProblem(code);
    if (problem) return syntaxError(code, problem);
    const reply = await this.#runInner(raceAwaits(code, `${interrupts}.race`), message.content);
    const { status, ename, evalue, traceback } = reply.content;
    await this.#flush();
    const { error, interrupted } = this.#current!;
    if (status === "ok") return null;
    if (error) return error;
    if (interrupted) {
      return {
        ename: "Interrupted",
        evalue: "stopped by the user",
        traceback: ["Interrupted: stopped by the user"],
      };
    }
    const failed = evalue === "Execution failed"
      ? "the cell could not be run; a module that it imports may be missing"
      : evalue;
    return { ename, evalue: failed, traceback: traceback.length > 0 ? traceback : [`${ename}: ${failed}`] };
  }

  #runInner(code: string, { silent = false, allow_stdin = false }: Json = {}): Promise<Message> {
    return this.#inner.request("shell", "execute_request", {
      code,
      silent,
      allow_stdin,
      store_history: false,
      stop_on_error: false,
      user_expressions: {},
    });
  }

  /** Resolves when all that the cell has put out is sent on: marks sent after it have come through every way. */
  async #flush(): Promise<void> {
    const mark = JSON.stringify(flushMark);
    this.#marksLeft = 3;
    const flushed = new Promise<void>((resolve) => this.#flushed = resolve);
    await this.#runInner(
      `console.log(${mark}); console.error(${mark}); await Deno.jupyter.broadcast("nlora_flush", {}); ` +
        `${interrupts}?.endCell(); undefined`,
    );
    await flushed;
  }

  #onFlushMark(): void {
    this.#marksLeft -= 1;
    if (this.#marksLeft === 0) this.#flushed?.();
  }

  /** Queued cells are not run after an error; other requests keep their turn. */
  #abortQueued(): void {
    const cells = this.#queue.filter(({ message }) => message.header.msg_type === "execute_request");
    for (const cell of cells) {
      this.#queue.splice(this.#queue.indexOf(cell), 1);
      this.#publish("status", { execution_state: "busy" }, cell);
      this.#reply(cell, { status: "aborted", execution_count: this.#executions });
      this.#publish("status", { execution_state: "idle" }, cell);
    }
  }

  #onInnerOutput({ header: { msg_type: type }, content, metadata, buffers }: Message): void {
    if (type === "nlora_flush") return this.#onFlushMark();
    if (type === "nlora_interrupt") return this.#heard?.();
    if (type === "nlora_cooperate") {
      this.#cooperating = content.count;
      return;
    }
    if (["status", "execute_input", "shutdown_reply"].includes(type)) return;
    if (type === "stream" && content.text.includes(flushMark)) {
      const text = content.text.replace(`${flushMark}\n`, "");
      this.#onFlushMark();
      if (text === "") return;
      content = { ...content, text };
    }
    const request = this.#current?.request;
    if (!request) return;
    if (type === "error") this.#current!.error = content as CellError;
    if (type === "execute_result") content = { ...content, execution_count: this.#executions };
    this.#publish(type, content, request, metadata, buffers);
  }

  #onInputRequest(message: Message): void {
    const request = this.#current?.request;
    const peer = request && this.#stdin.peer(request.peer.identity);
    if (!peer) return;
    const asked = this.#codec.create("input_request", message.content, {
      parent: request.message.header,
      idents: request.message.idents,
    });
    peer.send(this.#codec.encode(asked));
  }

  #onInputReply(frames: Frames): void {
    const message = this.#decode(frames);
    if (message?.header.msg_type === "input_reply") this.#inner.send("stdin", "input_reply", message.content);
  }

  async #onControl(frames: Frames, peer: Peer): Promise<void> {
    const message = this.#decode(frames);
    if (!message) return;
    const request = { message, peer };
    this.#publish("status", { execution_state: "busy" }, request);
    switch (message.header.msg_type) {
      case "interrupt_request":
        this.#reply(request, { status: "ok" });
        await this.#interrupt();
        break;
      case "shutdown_request":
        this.#shutdown(request);
        break;
      case "kernel_info_request":
        this.#reply(request, kernelInfo());
    }
    this.#publish("status", { execution_state: "idle" }, request);
  }

  /** Asks the cell that runs to stop; code that never lets the event loop turn is stopped by the engine. */
  async #interrupt(): Promise<void> {
    const current = this.#current;
    if (!current) return;
    current.interrupted = true;
    const heard = new Promise<"heard">((resolve) => this.#heard = () => resolve("heard"));
    this.#inner.tell("interrupt");
    const patience = this.#cooperating > 0 ? patienceMilliseconds : deafMilliseconds;
    const deaf = new Promise<"deaf">((resolve) => setTimeout(() => resolve("deaf"), patience));
    if (await Promise.race([heard, deaf]) === "deaf" && this.#current === current) {
      await this.#inner.request("control", "interrupt_request", {});
    }
  }

  #shutdown(request: Request): void {
    this.#reply(request, { status: "ok", restart: request.message.content.restart === true });
    this.#ended.resolve(0);
  }

  #onInnerEnd(code: number): void {
    if (this.#current) {
      const evalue = `the process that runs the cells ended with code ${code}; restart the kernel`;
      this.#publish("error", { ename: "KernelEnded", evalue, traceback: [evalue] }, this.#current.request);
    }
    this.#ended.resolve(code === 0 ? 1 : code);
  }

  #reply({ message, peer }: Request, content: Json): void {
    const type = message.header.msg_type.replace(/_request$/, "_reply");
    const reply = this.#codec.create(type, content, { parent: message.header, idents: message.idents });
    peer.send(this.#codec.encode(reply));
  }

  #publish(
    type: string,
    content: Json,
    { message }: Request,
    metadata: Json = {},
    buffers: Frames = [],
  ): void {
    const idents = [new TextEncoder().encode(type)];
    const output = this.#codec.create(type, content, { parent: message.header, idents, metadata, buffers });
    this.#publisher.send(this.#codec.encode(output));
  }
}

function kernelInfo(): Json {
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "nlora",
    implementation_version: "0.1.0",
    language_info: {
      name: "typescript",
      version: Deno.version.typescript,
      mimetype: "text/x.typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    },
    banner: `NLoRA lab: TypeScript on Deno ${Deno.version.deno}`,
    help_links: [{ text: "NLoRA (arXiv 2502.14482)", url: "https://arxiv.org/abs/2502.14482" }],
  };
}

function syntaxError(
  code: string,
  { message, line, column }: { message: string; line: number; column: number },
): CellError {
  const text = code.split("\n")[line - 1] ?? "";
  return {
    ename: "SyntaxError",
    evalue: message,
    traceback: [
      `SyntaxError: ${message}`,
      `    at line ${line}, column ${column}`,
      text,
      `${" ".repeat(column - 1)}^`,
    ],
  };
}
