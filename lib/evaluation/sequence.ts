import { Random } from "../tensor/random.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import type { Completion, GenerateOptions } from "./generate_options.ts";
import { GrowingText } from "./streaming/growing_text.ts";
import { settledLength } from "./streaming/settled_length.ts";

/** One prompt on its way to its completion. */
export class Sequence {
  /** A stream of its own, so that what is drawn depends on nothing but the seed and the prompt's place or name. */
  readonly random: Random;
  /** The tokens of the prompt and of what followed. */
  readonly seen: Set<number>;
  completion: Completion | null = null;
  readonly #grown: GrowingText;
  /** How much of the text was told. */
  #told = 0;

  /** @param maxNewTokens of this prompt */
  constructor(
    readonly index: number,
    readonly promptIds: readonly number[],
    readonly maxNewTokens: number,
    private readonly tokenizer: Tokenizer,
    private readonly options: GenerateOptions,
  ) {
    this.random = new Random(options.seed ?? 0).fork(options.streams?.[index] ?? String(index));
    this.seen = new Set(promptIds);
    this.#grown = new GrowingText(tokenizer);
  }

  /** The token to go on from. */
  get last(): number {
    return this.#grown.ids.at(-1) ?? this.tokenizer.padId;
  }

  /** Takes the next token, and ends where the text ends. */
  push(id: number): void {
    if (this.completion !== null) return;
    if (id === this.tokenizer.eosId) return this.#finish("eos");
    this.#grown.ids.push(id);
    this.seen.add(id);
    const { stop = [], done, onText } = this.options;
    const text = stop.length > 0 || done || onText ? this.#grown.text : null;
    const end = text === null ? null : this.#stopAt(text);
    if (end !== null) return this.#finish("stop", text!.slice(0, end));
    if (this.#grown.ids.length >= this.maxNewTokens) return this.#finish("length");
    if (text !== null) this.#tell(text, settledLength(text, stop));
  }

  /** Ends as far as it came, unless it has ended. */
  interrupt(): Completion {
    if (this.completion === null) this.#finish("interrupted");
    return this.completion!;
  }

  /** Where the text ends: before the first stop text, or after a match of `done`. */
  #stopAt(text: string): number | null {
    const { stop = [], done } = this.options;
    const found = stop.map((words) => text.indexOf(words)).filter((at) => at >= 0);
    if (found.length > 0) return Math.min(...found);
    const match = done?.exec(text);
    return match ? match.index + match[0].length : null;
  }

  #finish(finish: Completion["finish"], text = this.#grown.text): void {
    this.#tell(text, text.length);
    this.completion = { text, ids: this.#grown.ids, finish };
    this.options.onFinish?.(this.completion, this.index);
  }

  #tell(text: string, end: number): void {
    if (end <= this.#told) return;
    this.options.onText?.(text.slice(this.#told, end), this.index);
    this.#told = end;
  }
}
