import type { Tokenizer } from "../../text/tokenizer.ts";
import { settledLength } from "./settled_length.ts";

/** Tokens that are read again with each new one, since a token's text can depend on those before it. */
const context = 16;
/** Tokens behind those after which the text before is taken as it is. */
const pending = 48;

/**
 * The text of tokens that come one after the other: what the tokenizer gives for all of them, for the price of reading at most 64
 * where it is asked for at each.
 */
export class GrowingText {
  readonly ids: number[] = [];
  /** The text of the tokens before `#end`, of which those from `#start` on are read again. */
  #fixed = "";
  #start = 0;
  #end = 0;

  constructor(private readonly tokenizer: Tokenizer) {}

  /** The text of all tokens so far. */
  get text(): string {
    if (this.ids.length - this.#end > pending) this.#fix();
    return this.#fixed + this.#after(this.ids.length);
  }

  /** The text of the tokens from `#end` to before this place. */
  #after(place: number): string {
    const read = this.tokenizer.decode(this.ids.slice(this.#start, place));
    return this.#end === 0
      ? read
      : read.slice(this.tokenizer.decode(this.ids.slice(this.#start, this.#end)).length);
  }

  /** Takes all but the last tokens as they are, up to where their text stays as it is. */
  #fix(): void {
    for (let end = this.ids.length - context; end > this.#end; end--) {
      const text = this.#after(end);
      if (settledLength(text, []) < text.length) continue;
      this.#fixed += text;
      this.#start = Math.max(0, end - context);
      this.#end = end;
      return;
    }
  }
}
