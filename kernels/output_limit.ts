/** Bounds the text that one cell may print, so that a loop that prints does not drown the notebook. */
import { UsageError } from "../lib/usage_error.ts";

const bytesInMegabyte = 1e6;

/** What has been printed by the cell that runs, against a limit. */
export class OutputLimit {
  /** In megabytes of UTF-16 units, which for most text are bytes. */
  #megabytes: number;
  #printed = 0;

  /** @param megabytes text of a number above 0, such as that of an environment variable; without it 10 */
  constructor(megabytes = "10") {
    this.#megabytes = parseMegabytes(megabytes);
  }

  get megabytes(): number {
    return this.#megabytes;
  }

  /** Sets another limit; throws a UsageError for what is no number above 0. */
  set(megabytes: string): void {
    this.#megabytes = parseMegabytes(megabytes);
  }

  /** Begins with the next cell. */
  reset(): void {
    this.#printed = 0;
  }

  /** What of the text is to be shown, and once, at the limit, a notice. */
  take(text: string): { readonly text: string; readonly notice: string } {
    const limit = this.#megabytes * bytesInMegabyte;
    const before = this.#printed;
    this.#printed += text.length;
    if (this.#printed <= limit) return { text, notice: "" };
    if (before > limit) return { text: "", notice: "" };
    return {
      text: text.slice(0, limit - before),
      notice: `\n[this cell printed more than ${this.#megabytes} MB; the rest is not shown. ` +
        `The magic %output MB or the environment variable NLORA_OUTPUT_MB sets another limit.]\n`,
    };
  }
}

function parseMegabytes(text: string): number {
  const megabytes = Number(text);
  if (text.trim() !== "" && megabytes > 0) return megabytes;
  throw new UsageError(
    `the limit of a cell's output is a number of megabytes above 0, such as 10; got ${JSON.stringify(text)}`,
  );
}
