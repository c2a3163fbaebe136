/** Errors of cells in Jupyter's words. */

/** How a cell failed. */
export interface CellError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** The error of a cell that was interrupted. */
export const interrupted: CellError = {
  ename: "Interrupted",
  evalue: "stopped by the user",
  traceback: ["Interrupted: stopped by the user"],
};

/** How many cells' sources are kept for the errors to come. */
const keptCells = 2000;

/** The cells that have run, by the names of their scripts, such as `cell 12`. */
export class Sources {
  readonly #sources = new Map<string, string>();

  /** Keeps a cell's source. */
  add(name: string, code: string): void {
    this.#sources.delete(name);
    this.#sources.set(name, code);
    if (this.#sources.size > keptCells) this.#sources.delete(this.#sources.keys().next().value!);
  }

  /** An error with its stack as traceback: below what happened stands the innermost line of a cell that took part in it. */
  explain(ename: string, evalue: string, stack: string): CellError {
    const lines = stack.split("\n");
    const first = lines.findIndex((line) => line.startsWith("    at "));
    const head = first < 0 ? lines : lines.slice(0, first);
    const place = /\b((?:hidden )?cell \d+):(\d+):(\d+)/.exec(stack);
    const excerpt = place ? this.excerpt(place[1]!, Number(place[2]), Number(place[3])) : [];
    const calls = first < 0
      ? []
      : lines.slice(first).map((line) => line.replace(/\b(cell \d+):(\d+):(\d+)/, "$1, line $2, column $3"));
    return { ename, evalue, traceback: [...head, ...excerpt, ...calls] };
  }

  /** A place, its line and a caret below it. */
  excerpt(name: string, line: number, column: number): string[] {
    const text = this.#sources.get(name)?.split("\n")[line - 1];
    const place = `${name}, line ${line}, column ${column}`;
    if (text === undefined) return [place];
    const caret = text.slice(0, column - 1).replace(/[^\t]/g, " ") + "^";
    return [place, text, caret];
  }
}
