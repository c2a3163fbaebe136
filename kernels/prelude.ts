/**
 * What the inner kernel runs before the first cell: it brings the library into scope and hears interrupts.
 *
 * What the kernel writes to this process's standard input comes here from the lifeline, between two turns of the event
 * loop: `interrupt`, or `collect`.
 */
import * as aq from "arquero";
import * as nlora from "../lib/mod.ts";

/** What `deno jupyter` offers to the code that runs in it, beside what its own type declarations tell. */
const { jupyter } = Deno as unknown as {
  jupyter: { broadcast(type: string, content: object): Promise<void>; display: unknown };
};
/** The garbage collector, there by the flag that the kernel gives to this process alone. */
const { gc: collect } = globalThis as unknown as { gc(): void };

/** What `await race(x)` throws after an interrupt. */
class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** No place in the code caused it. */
  override readonly stack = "Interrupted: stopped by the user";
  constructor() {
    super("stopped by the user");
  }
}

/** How long work that announced that it stops by itself may take to do so. */
const graceMilliseconds = 15_000;
/** How long a chain of promises that are settled already may keep the event loop from turning. */
const turnMilliseconds = 5;

class Interrupts {
  #controller = new AbortController();
  /** Ends one `await` each. */
  readonly #waiting = new Set<(reason: Interrupted) => void>();
  #stopped = false;
  #cooperating = 0;
  #turned = 0;

  /** Aborted by an interrupt of the cell that runs. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Announces work that heeds the signal; the function that it returns ends the announcement. */
  cooperate = (): () => void => {
    this.#announce(1);
    return () => this.#announce(-1);
  };

  /** The promise's result, or a rejection once the cell is interrupted. */
  race = async <T>(value: T): Promise<Awaited<T>> => {
    if (performance.now() - this.#turned > turnMilliseconds) {
      await new Promise((resolve) => setTimeout(resolve));
      this.#turned = performance.now();
    }
    if (this.#stopped) throw new Interrupted();
    const stop = Promise.withResolvers<never>();
    this.#waiting.add(stop.reject);
    try {
      return await Promise.race([value, stop.promise]);
    } finally {
      this.#waiting.delete(stop.reject);
    }
  };

  /** The same items, until the cell is interrupted. */
  each = async function* <T>(
    this: Interrupts,
    items: AsyncIterable<T> | Iterable<T>,
  ): AsyncGenerator<Awaited<T>> {
    const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
    try {
      for (;;) {
        const { done, value } = await this.race(iterator.next());
        if (done) return;
        yield await this.race(value);
      }
    } finally {
      const closed = iterator.return?.();
      if (!this.#stopped) await closed;
    }
  };

  /** Ends the cell's waiting: at once, or where work cooperates only if it outlives its time. */
  async interrupt(): Promise<void> {
    const { signal } = this;
    const again = signal.aborted;
    this.#controller.abort(new Interrupted());
    jupyter.broadcast("nlora_interrupt", {});
    if (!again && this.#cooperating > 0) {
      const end = performance.now() + graceMilliseconds;
      while (this.#cooperating > 0 && performance.now() < end && signal === this.signal) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      if (this.#cooperating === 0) return;
    }
    if (signal !== this.signal) return;
    this.#stopped = true;
    for (const stop of this.#waiting) stop(new Interrupted());
  }

  /** Makes ready for the next cell. */
  endCell = (): void => {
    this.#controller = new AbortController();
    this.#stopped = false;
  };

  #announce(change: number): void {
    this.#cooperating += change;
    jupyter.broadcast("nlora_cooperate", { count: this.#cooperating });
  }
}

const interrupts = new Interrupts();

new Worker(import.meta.resolve("./lifeline.ts"), { type: "module" }).onmessage = ({ data }) => {
  if (data.includes("interrupt")) interrupts.interrupt();
  if (data.includes("collect")) collect();
};
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  console.error("Uncaught (in a promise)", event.reason);
});
Deno.env.delete("DENO_V8_FLAGS");
nlora.installDisplay();
Object.assign(globalThis, {
  nlora,
  tf: nlora.tf,
  aq,
  display: jupyter.display,
  [Symbol.for("nlora.interrupt")]: interrupts,
});
