/** Lines at the head of a cell that begin with `%` and speak to the kernel. */
import { UsageError } from "../lib/usage_error.ts";

/** What a line `%name argument` does. */
export interface Magic {
  /** The line with its choices, such as `%types strict|warn|off`. */
  readonly usage: string;
  /** What it is for, in a few words. */
  readonly summary: string;
  /** Gives what is to be shown, or an empty text; throws a UsageError for an argument that it does not know. */
  run(argument: string): string;
}

/** One line of a cell. */
export interface MagicLine {
  readonly name: string;
  readonly argument: string;
}

/** The magic lines at the head of a cell, and the cell with these lines left blank. */
export function splitMagics(code: string): { readonly lines: readonly MagicLine[]; readonly code: string } {
  const lines: MagicLine[] = [];
  const head = /^(?:[ \t]*(?:%.*)?\r?\n)*(?:[ \t]*%.*$)?/.exec(code)![0];
  const blank = head.replace(/%[ \t]*(\S*)[ \t]*(.*)/g, (_, name: string, argument: string) => {
    lines.push({ name, argument: argument.trim() });
    return "";
  });
  return { lines, code: lines.length > 0 ? blank + code.slice(head.length) : code };
}

/** The magics of a kernel, by their names. */
export class Magics {
  readonly #table = new Map<string, Magic>();

  /** Makes a magic known. */
  define(name: string, magic: Magic): void {
    this.#table.set(name, magic);
  }

  /** Runs the lines in their order; gives what they have to say. */
  run(lines: readonly MagicLine[]): string {
    return lines.map(({ name, argument }) => this.#find(name).run(argument)).filter(Boolean)
      .map((text) => `${text}\n`).join("");
  }

  #find(name: string): Magic {
    const magic = this.#table.get(name);
    if (magic) return magic;
    const known = [...this.#table.values()].map(({ usage, summary }) => `  ${usage}  ${summary}`);
    throw new UsageError(`there is no magic %${name}; choose one of\n${known.join("\n")}`);
  }
}
