/** Interrupts, as the code of cells meets them: by waiting that ends, or by a signal that long work heeds. */
import { setImmediate } from "node:timers";
import { Interrupted } from "./interrupted.ts";

/** How long work that announced that it stops by itself may take to do so. */
const graceMilliseconds = 15_000;
/** How long a chain of promises that are settled already may keep the event loop from turning. */
const turnMilliseconds = 5;

/** The interrupts of one process. */
export class Interrupts {
  readonly #announce: (cooperating: number) => void;
  #controller = new AbortController();
  /** Ends one `await` each. */
  readonly #waiting = new Set<(reason: Interrupted) => void>();
  #stopped = false;
  #cooperating = 0;
  #turned = 0;

  /** @param announce tells the kernel how much work cooperates now */
  constructor(announce: (cooperating: number) => void) {
    this.#announce = announce;
  }

  /** Aborted by an interrupt of the cell that runs. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Announces work that heeds the signal; the function that it returns ends the announcement. */
  cooperate = (): () => void => {
    this.#count(1);
    return () => this.#count(-1);
  };

  /** The promise's result, or a rejection once the cell is interrupted. */
  race = async <T>(value: T): Promise<Awaited<T>> => {
    const stop = Promise.withResolvers<never>();
    this.#waiting.add(stop.reject);
    if (this.#stopped) stop.reject(new Interrupted());
    try {
      return await Promise.race([stop.promise, value]);
    } finally {
      this.#waiting.delete(stop.reject);
      if (performance.now() - this.#turned > turnMilliseconds) {
        await new Promise((resolve) => setImmediate(resolve));
        this.#turned = performance.now();
      }
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

  /** Ends the cell's waiting: at once, or where work cooperates only if it outlives its time, or at the second interrupt. */
  async interrupt(): Promise<void> {
    const { signal } = this;
    const again = signal.aborted;
    this.#controller.abort(new Interrupted());
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
  reset(): void {
    this.#controller = new AbortController();
    this.#stopped = false;
  }

  #count(change: number): void {
    this.#cooperating += change;
    this.#announce(this.#cooperating);
  }
}
