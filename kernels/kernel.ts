/** The kernel as Jupyter sees it: five sockets, and an answer to every request. */
import { findSyntaxProblem } from "./cell.ts";
import { CellRunner, type CellRunnerOptions } from "./cell_runner.ts";
import { type Channel, type Connection, endpoint } from "./connection.ts";
import { Codec, type Json, type Message, PROTOCOL_VERSION } from "./message.ts";
import { Listener, openHeartbeat, type Peer, Publisher } from "./sockets.ts";
import type { Frames } from "./zmtp.ts";

/** What a kernel needs to start. */
export interface KernelOptions extends CellRunnerOptions {
  readonly connection: Connection;
}

/** A request with the connection that it came by. */
interface Request {
  readonly message: Message;
  readonly peer: Peer;
}

/** A running kernel. */
export class Kernel {
  readonly #codec: Codec;
  #runner!: CellRunner;
  #publisher!: Publisher;
  #stdin!: Listener;
  #listeners: Listener[] = [];
  #executions = 0;
  readonly #queue: Request[] = [];
  /** Requests wait until the prelude has run. */
  #working = true;
  /** The request whose cell runs, or ran last: timers may still print for it. */
  #current: Request | null = null;
  readonly #ended = Promise.withResolvers<number>();

  private constructor({ key, signature_scheme }: Connection) {
    this.#codec = new Codec(key, signature_scheme);
  }

  /** Opens the sockets, starts the inner kernel and runs the prelude. */
  static async start({ connection, ...cells }: KernelOptions): Promise<Kernel> {
    const kernel = new Kernel(connection);
    await kernel.#listen((channel) => endpoint(connection, channel));
    kernel.#runner = await CellRunner.start(cells, {
      onOutput: (...output) => kernel.#onOutput(...output),
      onQuestion: (content) => kernel.#ask(content),
    });
    kernel.#runner.exited.then((code) => kernel.#onRunnerEnd(code));
    kernel.#working = false;
    kernel.#work();
    return kernel;
  }

  /** Resolves with the exit code when the kernel was shut down or its inner kernel has ended. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  /** Ends the inner kernel and closes the sockets. */
  async close(): Promise<void> {
    await this.#runner.close();
    await Promise.all([this.#publisher, this.#stdin, ...this.#listeners].map((socket) => socket.close()));
  }

  async #listen(at: (channel: Channel) => ReturnType<typeof endpoint>): Promise<void> {
    this.#publisher = await Publisher.open(at("iopub"));
    this.#stdin = await Listener.open("ROUTER", at("stdin"), (frames) => {
      const message = this.#decode(frames);
      if (message?.header.msg_type === "input_reply") this.#runner.answer(message.content);
    });
    this.#listeners = [
      await Listener.open("ROUTER", at("shell"), (frames, peer) => {
        const message = this.#decode(frames);
        if (!message) return;
        this.#queue.push({ message, peer });
        this.#work();
      }),
      await Listener.open("ROUTER", at("control"), (frames, peer) => {
        const message = this.#decode(frames);
        if (message) this.#whileBusy({ message, peer }, (request) => this.#answerControl(request));
      }),
      await openHeartbeat(at("hb")),
    ];
  }

  #decode(frames: Frames): Message | null {
    try {
      return this.#codec.decode(frames);
    } catch (error) {
      console.error(`dropped a message: ${(error as Error).message}`);
      return null;
    }
  }

  /** Takes requests in their order, one at a time. */
  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (let request = this.#queue.shift(); request; request = this.#queue.shift()) {
      await this.#whileBusy(request, (request) => this.#answer(request));
    }
    this.#working = false;
  }

  /** Answers a request between the states `busy` and `idle`; an answer that fails does not end the kernel. */
  async #whileBusy(request: Request, answer: (request: Request) => Promise<void> | void): Promise<void> {
    this.#publish("status", { execution_state: "busy" }, request);
    try {
      await answer(request);
    } catch (error) {
      console.error(`${request.message.header.msg_type} failed: ${(error as Error).message}`);
    }
    this.#publish("status", { execution_state: "idle" }, request);
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
        return this.#reply(request, await this.#runner.complete(content));
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

  async #answerControl(request: Request): Promise<void> {
    switch (request.message.header.msg_type) {
      case "interrupt_request":
        this.#reply(request, { status: "ok" });
        return await this.#runner.interrupt();
      case "shutdown_request":
        return this.#shutdown(request);
      case "kernel_info_request":
        return this.#reply(request, kernelInfo());
    }
  }

  async #execute(request: Request): Promise<void> {
    const { content } = request.message;
    const { code = "", silent = false, store_history = !silent, stop_on_error = true } = content;
    if (store_history) this.#executions += 1;
    const execution_count = this.#executions;
    if (!silent) this.#publish("execute_input", { code, execution_count }, request);
    this.#current = request;
    const error = await this.#runner.run(String(code), content);
    if (!error) {
      return this.#reply(request, { status: "ok", execution_count, payload: [], user_expressions: {} });
    }
    this.#reply(request, { status: "error", execution_count, ...error });
    if (stop_on_error) this.#abortQueued();
  }

  /** Queued cells are not run after an error; other requests keep their turn. */
  #abortQueued(): void {
    const cells = this.#queue.filter(({ message }) => message.header.msg_type === "execute_request");
    for (const cell of cells) {
      this.#queue.splice(this.#queue.indexOf(cell), 1);
      this.#whileBusy(
        cell,
        () => this.#reply(cell, { status: "aborted", execution_count: this.#executions }),
      );
    }
  }

  #onOutput(type: string, content: Json, metadata?: Json, buffers?: Frames): void {
    if (!this.#current) return;
    const counted = type === "execute_result" ? { ...content, execution_count: this.#executions } : content;
    this.#publish(type, counted, this.#current, metadata, buffers);
  }

  #ask(content: Json): void {
    const peer = this.#current && this.#stdin.peer(this.#current.peer.identity);
    if (!peer) return;
    const { header: parent, idents } = this.#current!.message;
    peer.send(this.#codec.encode(this.#codec.create("input_request", content, { parent, idents })));
  }

  #shutdown(request: Request): void {
    this.#reply(request, { status: "ok", restart: request.message.content.restart === true });
    this.#ended.resolve(0);
  }

  #onRunnerEnd(code: number): void {
    const evalue = `the process that runs the cells ended with code ${code}; restart the kernel`;
    this.#onOutput("error", { ename: "KernelEnded", evalue, traceback: [evalue] });
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
