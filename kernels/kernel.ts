/** The kernel as Jupyter sees it: an answer to every request. */
import { join } from "node:path";
import { CellRunner, type CellRunnerOptions } from "./cell_runner.ts";
import { CommRegistry } from "./comm_registry.ts";
import type { Connection } from "./connection.ts";
import { History } from "./history.ts";
import { jupyterDataFolder } from "./jupyter_folders.ts";
import { kernelInfo } from "./kernel_info.ts";
import { Assistant } from "./language/assistant.ts";
import { Language } from "./language/language.ts";
import type { Json } from "./message.ts";
import { OutputLimit } from "./output_limit.ts";
import { type CellError, interrupted } from "./traceback.ts";
import { type Request, Wire } from "./wire.ts";
import type { Frames } from "./zmtp.ts";

/** What a kernel needs to start. */
export interface KernelOptions extends Omit<CellRunnerOptions, "limit"> {
  readonly connection: Connection;
}

/** A running kernel. */
export class Kernel {
  readonly #language: Language;
  readonly #assistant: Assistant;
  readonly #comms = new CommRegistry();
  readonly #history = new History(join(jupyterDataFolder(), "nlora", "history.jsonl"));
  readonly #limit = new OutputLimit(Deno.env.get("NLORA_OUTPUT_MB"));
  readonly #starting: Promise<CellRunner>;
  #wire!: Wire;
  #executions = 0;
  /** Executions that do not count. */
  #hidden = 0;
  readonly #queue: Request[] = [];
  #working = false;
  /** The request whose cell runs, or ran last: timers may still print for it. */
  #current: Request | null = null;
  /** Whether an interrupt came while a cell was on its way to where it runs; null while there is none. */
  #interrupted: boolean | null = null;
  /** The text of the result of the cell that runs. */
  #result: string | null = null;
  /** Resolves when the warnings and outputs of the cell that runs are published; null where none are held back. */
  #warned: Promise<void> | null = null;
  readonly #ended = Promise.withResolvers<number>();

  private constructor(cells: Omit<CellRunnerOptions, "limit">) {
    this.#starting = CellRunner.start({ ...cells, limit: this.#limit }, {
      onOutput: (...output) => this.#onOutput(...output),
      onQuestion: (content) => this.#current && this.#wire.ask(this.#current, content),
    });
    this.#language = new Language(cells.cwd);
    this.#assistant = new Assistant(this.#language, {
      complete: async (content) => (await this.#starting).complete(content),
      describe: async (path) => (await this.#starting).describe(path),
    });
    this.#assistant.magics.define("output", {
      usage: "%output MB",
      summary: "show that much of the text that a cell prints",
      run: (megabytes) => this.#limitOutput(megabytes),
    });
  }

  /** Opens the sockets and starts the process for cells; what does not need that is answered meanwhile. */
  static async start({ connection, ...cells }: KernelOptions): Promise<Kernel> {
    const kernel = new Kernel(cells);
    kernel.#wire = await Wire.open(connection, {
      onShell(request) {
        kernel.#queue.push(request);
        kernel.#work();
      },
      onControl: (request) => kernel.#whileBusy(request, () => kernel.#answerControl(request)),
      onInput: async (content) => (await kernel.#starting).answer(content),
    });
    const { exited } = await kernel.#starting;
    exited.then((code) => kernel.#onRunnerEnd(code));
    return kernel;
  }

  /** Resolves with the exit code when the kernel was shut down or its process for cells has ended. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  /** Ends the process for cells and closes the sockets. */
  async close(): Promise<void> {
    this.#language.close();
    await (await this.#starting).close();
    await this.#wire.close();
  }

  /** Takes requests in their order, one at a time. */
  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (let request = this.#queue.shift(); request; request = this.#queue.shift()) {
      const next = request;
      await this.#whileBusy(next, () => this.#answer(next));
    }
    this.#working = false;
  }

  /** Answers a request between the states `busy` and `idle`; an answer that fails does not end the kernel. */
  async #whileBusy(request: Request, answer: () => Promise<void> | void): Promise<void> {
    this.#wire.publish("status", { execution_state: "busy" }, request);
    try {
      await answer();
    } catch (error) {
      const { name: ename, message: evalue } = error as Error;
      console.error(`${request.message.header.msg_type} failed: ${evalue}`);
      this.#wire.reply(request, { status: "error", ename, evalue, traceback: [] });
    }
    this.#wire.publish("status", { execution_state: "idle" }, request);
  }

  async #answer(request: Request): Promise<void> {
    const { header: { msg_type: type }, content, buffers } = request.message;
    const reply = (answer: Json) => this.#wire.reply(request, answer);
    switch (type) {
      case "execute_request":
        return await this.#execute(request);
      case "is_complete_request":
        return reply(this.#assistant.isComplete(String(content.code ?? "")));
      case "complete_request":
        return reply(await this.#assistant.complete(content));
      case "inspect_request":
        return reply(await this.#assistant.inspect(content));
      case "history_request":
        return reply({ status: "ok", history: this.#history.find(content) });
      case "comm_info_request":
        return reply(this.#comms.info(content));
      case "comm_open":
      case "comm_msg":
      case "comm_close":
        this.#comms.notice(type, content);
        this.#current = request;
        return await (await this.#starting).receiveComm(type, content, buffers);
      default:
        return this.#answerEither(request);
    }
  }

  async #answerControl(request: Request): Promise<void> {
    if (request.message.header.msg_type !== "interrupt_request") return this.#answerEither(request);
    this.#wire.reply(request, { status: "ok" });
    if (this.#interrupted !== null) this.#interrupted = true;
    else await (await this.#starting).interrupt();
  }

  /** What is asked on either channel. */
  #answerEither(request: Request): void {
    const { header: { msg_type: type }, content } = request.message;
    if (type === "kernel_info_request") this.#wire.reply(request, kernelInfo());
    if (type !== "shutdown_request") return;
    this.#wire.reply(request, { status: "ok", restart: content.restart === true });
    this.#ended.resolve(0);
  }

  async #execute(request: Request): Promise<void> {
    const { silent = false, store_history = !silent, stop_on_error = true, ...content } =
      request.message.content;
    const code = String(content.code ?? "");
    if (store_history) this.#executions += 1;
    const execution_count = this.#executions;
    if (!silent) this.#wire.publish("execute_input", { code, execution_count }, request);
    this.#current = request;
    this.#interrupted = false;
    this.#result = null;
    const runner = await this.#starting;
    const cell = await this.#assistant.read(code, execution_count, {
      silent,
      say: (name, text) => this.#wire.publish("stream", { name, text }, request),
    });
    this.#warned = cell.warned;
    const refusal = this.#interrupted ? interrupted : cell.error;
    this.#interrupted = null;
    if (refusal) this.#onOutput("error", { ...refusal });
    const name = store_history ? `cell ${execution_count}` : `hidden cell ${this.#hidden += 1}`;
    const { allow_stdin } = content;
    const error = refusal ?? (cell.code ? await runner.run(cell.code, { name, silent, allow_stdin }) : null);
    await this.#warned;
    this.#warned = null;
    if (store_history) this.#history.add(execution_count, code, this.#result);
    if (error) {
      this.#wire.reply(request, { status: "error", execution_count, ...error });
      if (stop_on_error) this.#abortQueued();
      return;
    }
    const user_expressions = await evaluateAll(runner, content.user_expressions);
    this.#wire.reply(request, { status: "ok", execution_count, payload: cell.payload, user_expressions });
  }

  /** Queued cells are not run after an error; other requests keep their turn. */
  #abortQueued(): void {
    const isCell = ({ message }: Request) => message.header.msg_type === "execute_request";
    const cells = this.#queue.filter(isCell);
    this.#queue.splice(0, this.#queue.length, ...this.#queue.filter((request) => !isCell(request)));
    for (const cell of cells) {
      const aborted = { status: "aborted", execution_count: this.#executions };
      this.#whileBusy(cell, () => this.#wire.reply(cell, aborted));
    }
  }

  #limitOutput(megabytes: string): string {
    if (megabytes === "") return `%output ${this.#limit.megabytes}`;
    this.#limit.set(megabytes);
    return "";
  }

  #onOutput(type: string, content: Json, metadata?: Json, buffers?: Frames): void {
    const request = this.#current;
    if (!request) return;
    this.#comms.notice(type, content);
    const isResult = type === "execute_result";
    if (isResult) this.#result = plain(content.data["text/plain"]);
    const counted = isResult ? { ...content, execution_count: this.#executions } : content;
    const publish = () => this.#wire.publish(type, counted, request, metadata, buffers);
    if (this.#warned) this.#warned = this.#warned.then(publish);
    else publish();
  }

  #onRunnerEnd(code: number): void {
    const evalue = `the process that runs the cells ended with code ${code}; restart the kernel`;
    this.#onOutput("error", { ename: "KernelEnded", evalue, traceback: [evalue] });
    this.#ended.resolve(code === 0 ? 1 : code);
  }
}

/** Jupyter's `user_expressions`: each by its name, with its value or its error. */
async function evaluateAll(runner: CellRunner, expressions: Json = {}): Promise<Json> {
  const entries = Object.entries(Object(expressions)).map(async ([name, code]) => {
    try {
      return [name, { status: "ok", ...await runner.evaluate(String(code)) }];
    } catch (error) {
      return [name, { status: "error", ...error as CellError }];
    }
  });
  return Object.fromEntries(await Promise.all(entries));
}

const colours = new RegExp("\u001b\\[[0-9;]*m", "g");

/** A result's text without colours. */
function plain(text: unknown): string | null {
  return typeof text === "string" ? text.replaceAll(colours, "") : null;
}
