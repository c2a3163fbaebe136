import type * as tf from "@tensorflow/tfjs-core";
import {
  disposeCache,
  keepSequences,
  type KeyValueCache,
  replaceSequences,
} from "../models/key_value_cache.ts";
import type { GenerateOptions, Generative } from "./generate_options.ts";
import { chooseTokens } from "./sampling/choose_tokens.ts";
import type { Sequence } from "./sequence.ts";

/**
 * The sequences that a model continues at once, each in a row of the cache. A row whose sequence is finished goes on in vain until
 * others take it or it is left out: neither happens for each one alone, since a prompt is read faster together with others, and each
 * number of rows is another program to compile.
 */
export class Slots {
  #rows: Sequence[] = [];
  #cache: KeyValueCache | null = null;

  constructor(private readonly model: Generative, private readonly options: GenerateOptions) {}

  /** Whether a sequence is not finished. */
  get going(): boolean {
    return this.#rows.some(({ completion }) => completion === null);
  }

  /**
   * Takes sequences from the head of the queue, reads their prompts and chooses their first tokens: as many as there are rows at
   * first, then an eighth of them or more, when so many are free. Once the queue is empty, free rows are left out.
   */
  async fill(queue: Sequence[], stopping: () => boolean): Promise<void> {
    const { batch = 16 } = this.options;
    if (this.#cache === null) await this.#read(queue.splice(0, batch));
    while (queue.length > 0 && !stopping()) {
      const free = this.#places({ finished: true });
      const count = Math.min(this.going ? powerOfTwo(free.length) : free.length, queue.length);
      if (count < Math.min(batch >> 3, queue.length) || count === 0) return;
      await this.#read(queue.splice(0, count), free.slice(0, count));
    }
    if (this.going) this.#leaveOut();
  }

  /** Continues each sequence by one token. */
  async step(): Promise<void> {
    if (!this.going) return;
    const { logits, cache } = this.model.extend(Int32Array.from(this.#rows, ({ last }) => last), {
      cache: this.#cache!,
    });
    this.#cache = cache;
    await this.#choose(logits, this.#rows);
  }

  dispose(): void {
    if (this.#cache) disposeCache(this.#cache);
    this.#cache = null;
  }

  /** Reads the prompts of sequences, together, into some rows or, without these, into rows of their own. */
  async #read(sequences: Sequence[], rows?: readonly number[]): Promise<void> {
    const longest = Math.max(...sequences.map(({ promptIds }) => promptIds.length));
    const padding = sequences.map(({ promptIds }) => longest - promptIds.length);
    const ids = new Int32Array(sequences.length * longest);
    sequences.forEach(({ promptIds }, i) => ids.set(promptIds, i * longest + padding[i]!));
    const { logits, cache } = this.model.extend(ids, { padding, cache: null });
    if (rows) {
      this.#cache = replaceSequences(this.#cache!, rows, cache);
      rows.forEach((row, i) => this.#rows[row] = sequences[i]!);
    } else {
      this.#cache = cache;
      this.#rows = sequences;
    }
    await this.#choose(logits, sequences);
  }

  async #choose(logits: tf.Tensor2D, sequences: readonly Sequence[]): Promise<void> {
    try {
      const next = await chooseTokens(logits, sequences, this.options);
      sequences.forEach((sequence, i) => sequence.push(next[i]!));
    } finally {
      logits.dispose();
    }
  }

  /** The rows whose sequences are finished, or those whose are not. */
  #places({ finished }: { finished: boolean }): number[] {
    return [...this.#rows.keys()].filter((row) => (this.#rows[row]!.completion !== null) === finished);
  }

  /** Leaves out finished sequences when those that are not fit into a smaller power of two; finished ones fill it up. */
  #leaveOut(): void {
    const [going, finished] = [this.#places({ finished: false }), this.#places({ finished: true })];
    const size = 2 ** Math.ceil(Math.log2(going.length));
    if (size >= this.#rows.length) return;
    const rows = [...going, ...finished.slice(0, size - going.length)];
    this.#cache = keepSequences(this.#cache!, rows);
    this.#rows = rows.map((row) => this.#rows[row]!);
  }
}

/** The largest power of two up to a number; 0 for 0. */
function powerOfTwo(number: number): number {
  return number === 0 ? 0 : 2 ** Math.floor(Math.log2(number));
}
