/** Runs what the kernel sends, one thing at a time, and tells how it ended. */
import { setImmediate as turnOfEventLoop } from "node:timers/promises";
import { Script } from "node:vm";
import type { Json } from "../message.ts";
import { endMark } from "../packets.ts";
import { failureOf } from "./failure.ts";
import { declareGlobals } from "./global_names.ts";
import { importMeta, importModule, importNames } from "./imports.ts";
import { Interrupted } from "./interrupted.ts";
import type { Interrupts } from "./interrupts.ts";
import { resultBundle } from "./result_bundle.ts";
import type { CellMaps } from "./stack.ts";

/** What cells need of the process. */
export interface CellHost {
  readonly interrupts: Interrupts;
  readonly maps: CellMaps;
  send(type: string, content: object): void;
  /** Runs after each cell, while output is still the cell's. */
  endCell(): Promise<void>;
  /** Marks how far what is written past the packets has come. */
  mark(mark: string): void;
}

/** A cell's main function, as {@linkcode compileCell} writes it. */
type Main = (helpers: object) => Promise<{ readonly value: unknown } | undefined>;

/** The cells of a process. */
export class Cells {
  readonly #host: CellHost;
  readonly #helpers: object;
  #running = { id: 0, ends: false, stopped: false, stop: (_: unknown) => {} };
  /** The newest cell that has begun. */
  #last = 0;
  /** The last value that was shown, kept so that its tensors outlive the cell. */
  #shown: unknown = null;

  constructor(host: CellHost) {
    this.#host = host;
    const { race, each } = host.interrupts;
    this.#helpers = {
      race,
      each: each.bind(host.interrupts),
      importModule,
      importNames,
      get meta() {
        return importMeta();
      },
    };
  }

  /** Runs a compiled cell and shows the value of its last expression. */
  run({ id, silent, ...cell }: Json): void {
    this.do(id, async () => {
      const result = await this.#main(cell);
      if (silent || result?.value === undefined) return;
      this.#shown = result.value;
      const data = await this.#host.interrupts.race(resultBundle(result.value));
      this.#host.send("output", { type: "execute_result", content: { data, metadata: {} } });
    });
  }

  /** The value of a compiled expression, as it is shown. */
  async evaluate(cell: Json): Promise<object> {
    const result = await this.#main(cell);
    return { data: result ? await resultBundle(result.value) : {}, metadata: {} };
  }

  /** Runs a task as if it were a cell: it can be interrupted, and what it puts out is its own. */
  do(id: number, task: () => Promise<void>): void {
    if (id <= this.#last) return; // it was taken for lost
    this.#last = id;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const nothing = Symbol();
    this.#running = { id, ends: false, stopped: false, stop: resolve };
    // Not begun here: where code is ended by force, what called it is too.
    Promise.resolve().then(task).then(() => resolve(nothing), resolve);
    promise.then((thrown) => this.#end(id, thrown === nothing ? null : failureOf(thrown)));
  }

  /** Interrupts a cell; one that has ended meanwhile leaves nothing to the next. */
  interrupt({ id }: Json): void {
    if (this.#running.id === id) this.#host.interrupts.interrupt();
  }

  /** Takes a cell for ended, since code was ended by force: its own, what runs before or after it, or what hears of it. */
  stopped({ id }: Json): void {
    if (id > this.#last) return this.do(id, () => Promise.reject(new Interrupted()));
    const running = this.#running;
    if (running.id !== id) return;
    if (running.ends) return this.#ended(id);
    if (running.stopped) return void this.#end(id, failureOf(new Interrupted())); // it had ended, unheard
    running.stopped = true;
    running.stop(new Interrupted());
  }

  #main({ script, name, map, names }: Json): ReturnType<Main> {
    this.#host.maps.add(name, map);
    declareGlobals(names);
    return (new Script(script, { filename: name }).runInThisContext() as Main)(this.#helpers);
  }

  async #end(id: number, failure: object | null): Promise<void> {
    this.#running.ends = true;
    if (failure) this.#host.send("failed", failure);
    await turnOfEventLoop(); // only then are promises that reject unheard told
    await this.#host.endCell().catch((error) => console.error(error));
    this.#ended(id);
  }

  #ended(id: number): void {
    if (this.#running.id !== id) return;
    this.#running.id = 0;
    this.#host.interrupts.reset();
    this.#host.mark(endMark(id));
    this.#host.send("done", { id });
  }
}
