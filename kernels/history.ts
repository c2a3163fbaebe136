/** What has been typed in notebooks, kept across restarts, for Jupyter's `history_request`. */
import { randomUUID } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { globPattern } from "./glob_pattern.ts";
import type { Json } from "./message.ts";

/** One input that was run. */
interface Input {
  /** Counts kernels, from 1 for the oldest that is kept; this one's is the highest of all. */
  readonly session: number;
  readonly line: number;
  readonly input: string;
  readonly output: string | null;
}

/** How large the file may grow before its older half goes. */
const largestBytes = 4_000_000;

/** The inputs of all kernels, oldest first, in a file with one JSON text a line. */
export class History {
  readonly #file: string;
  readonly #id = randomUUID();

  /** @param file where the inputs are kept; several kernels may write to it at once */
  constructor(file: string) {
    this.#file = file;
  }

  /** Keeps an input and the text of its result; where the file cannot be written, a word on standard error is all. */
  add(line: number, input: string, output: string | null): void {
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      // One write to the end of a file: those of several kernels do not mix.
      appendFileSync(this.#file, `${JSON.stringify({ kernel: this.#id, line, input, output })}\n`, {
        mode: 0o600,
      });
      if (statSync(this.#file).size > largestBytes) this.#halve();
    } catch (error) {
      console.error(`the history is not kept: ${(error as Error).message}`);
    }
  }

  /** What a `history_request` asks for, as the entries of its reply; a request that makes no sense has none. */
  find({ hist_access_type: way, output = false, raw: _, ...request }: Json): unknown[] {
    const { inputs, current } = this.#read();
    const found = ways.get(String(way))?.(inputs, { ...request, current }) ?? [];
    return found.map(({ session, line, input, output: result }) => [
      session,
      line,
      output ? [input, result] : input,
    ]);
  }

  /** The inputs that are kept, and the number of this kernel's session. */
  #read(): { inputs: Input[]; current: number } {
    const text = existsSync(this.#file) ? readFileSync(this.#file, "utf8") : "";
    const entries = text.split("\n").flatMap(parse);
    const others = new Set(entries.map(({ kernel }) => kernel).filter((kernel) => kernel !== this.#id));
    const sessions = new Map([...others, this.#id].map((kernel, i) => [kernel, i + 1]));
    const inputs = entries.map(({ kernel, ...entry }) => ({ ...entry, session: sessions.get(kernel)! }));
    return { inputs: inputs.sort((a, b) => a.session - b.session), current: sessions.size };
  }

  /** Drops the older half; written aside, so that there is always a whole file. */
  #halve(): void {
    const text = readFileSync(this.#file, "utf8");
    const aside = `${this.#file}.${this.#id}`;
    writeFileSync(aside, text.slice(text.indexOf("\n", text.length / 2) + 1), { mode: 0o600 });
    renameSync(aside, this.#file);
  }
}

/** A line of the file; one that was cut or is another program's is passed over. */
function parse(line: string): { kernel: string; line: number; input: string; output: string | null }[] {
  try {
    const { kernel, line: number, input, output = null } = JSON.parse(line);
    return typeof kernel === "string" && typeof input === "string"
      ? [{ kernel, line: Number(number), input, output }]
      : [];
  } catch {
    return [];
  }
}

function lastOf(inputs: readonly Input[], { n }: Json): readonly Input[] {
  return typeof n === "number" ? inputs.slice(Math.max(0, inputs.length - n)) : inputs;
}

/** The lines of one session from `start` on, `stop` not included; a session up to 0 counts back from this one. */
function inRange(
  inputs: readonly Input[],
  { session = 0, start = 1, stop, current }: Json,
): readonly Input[] {
  const wanted = session > 0 ? session : current + session;
  return inputs.filter((input) =>
    input.session === wanted && input.line >= start && (typeof stop !== "number" || input.line < stop)
  );
}

function search(inputs: readonly Input[], { pattern = "*", n, unique = false }: Json): readonly Input[] {
  const fits = globPattern(String(pattern));
  const found = inputs.filter(({ input }) => fits.test(input));
  const last = new Map(found.map((entry) => [entry.input, entry]));
  return lastOf(unique ? found.filter((entry) => last.get(entry.input) === entry) : found, { n });
}

/** By what inputs are looked for, under Jupyter's names. */
const ways = new Map([["tail", lastOf], ["range", inRange], ["search", search]]);
