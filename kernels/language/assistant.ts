/** Answers what Jupyter asks about code, from its types and from the values that are alive. */
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "../../lib/usage_error.ts";
import { findSyntaxProblem, indentAfter } from "../cell.ts";
import type { CellError } from "../cell_runner.ts";
import { type HelpQuery, helpQuery } from "../help_query.ts";
import { Magics, splitMagics } from "../magics.ts";
import type { Json } from "../message.ts";
import { nameAt } from "./cell_syntax.ts";
import { pointsAt, unitsAt } from "./code_points.ts";
import type { Completion, Completions } from "./completion.ts";
import type { Language } from "./language.ts";
import type { NotebookInspection } from "./notebook_types.ts";
import { describeProblem, type Problem } from "./problem.ts";

/** The process that runs the cells, as far as it knows its values. */
export interface LiveScope {
  /** Jupyter's `complete_reply`. */
  complete(content: Json): Promise<Json>;
  /** A short text of the value at a path of names, or null where there is none. */
  describe(path: string): Promise<string | null>;
}

/** A cell, ready to run. */
export interface ReadCell {
  /** What is to run: without magics, empty where the cell is a question. */
  readonly code: string;
  /** Jupyter's payload: pages of help. */
  readonly payload: readonly Json[];
  /** Why the cell is not to run. */
  readonly error: CellError | null;
  /** Resolves when its warnings are said, or would take too long: its outputs may wait until then, but not the cell. */
  readonly warned: Promise<void>;
}

/** How a cell is read. */
export interface Reading {
  /** Code of a program's own is not checked. */
  readonly silent: boolean;
  /** Takes what magics and warnings say, for a stream. */
  say(stream: "stdout" | "stderr", text: string): void;
}

/** What is done about errors of types. */
const levels = ["strict", "warn", "off"] as const;
type Level = typeof levels[number];

/** How long a cell's outputs wait for its warnings. */
const patienceMilliseconds = 30;
/** How long an answer waits for the types once they are read: only work of their own can come before it. */
const typesMilliseconds = 30_000;
/** The same while they are being read. */
const unreadMilliseconds = 1000;
/** How long it waits for the values, which code of a timer may keep from answering. */
const valuesMilliseconds = 5000;
/** How long an explanation waits for the types: a person has asked for it, and the values know little. */
const explanationMilliseconds = 10_000;
const nothing: Completions = { start: 0, end: 0, items: [], open: true };

/** Reads cells before they run, completes and explains them. */
export class Assistant {
  /** The lines `%…` that cells may begin with. */
  readonly magics = new Magics();
  readonly #language: Language;
  readonly #live: LiveScope;
  readonly #explanationMs: number;
  #level: Level = "warn";

  constructor(language: Language, live: LiveScope, { explanationMs = explanationMilliseconds } = {}) {
    this.#language = language;
    this.#live = live;
    this.#explanationMs = explanationMs;
    this.magics.define("types", {
      usage: "%types strict|warn|off",
      summary: "refuse to run cells with errors of types, warn of them, or let them pass",
      run: (argument) => this.#setLevel(argument),
    });
  }

  /** Whether a cell is whole; see Jupyter's `is_complete_reply`. */
  isComplete(code: string): Json {
    const problem = helpQuery(code) ? null : findSyntaxProblem(splitMagics(code).code);
    if (!problem) return { status: "complete" };
    return problem.incomplete ? { status: "incomplete", indent: indentAfter(code) } : { status: "invalid" };
  }

  /** Runs a cell's magics and checks its types; warnings are said as they are found. */
  async read(code: string, cell: number, { silent, say }: Reading): Promise<ReadCell> {
    if (silent) return { ...nothingToRun, code };
    const query = helpQuery(code);
    if (query) return { ...nothingToRun, payload: [await this.#page(query)] };
    const { lines, code: plain } = splitMagics(code);
    try {
      const said = this.magics.run(lines);
      if (said) say("stdout", said);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return { ...nothingToRun, error: failed(error.name, error.message) };
    }
    if (plain.trim() === "" || findSyntaxProblem(plain)) return { ...nothingToRun, code: plain };
    const { idle } = this.#language;
    const checking = this.#warning(plain);
    if (this.#level === "strict") {
      const warning = await checking;
      if (warning) {
        return { ...nothingToRun, error: failed("TypeErrors", `the cell was not run\n${warning}`) };
      }
    }
    const warned = checking.then((warning) => warning ? say("stderr", warning) : undefined, complain);
    this.#language.add(plain, cell).catch(complain);
    if (!idle) return { ...nothingToRun, code: plain };
    return { ...nothingToRun, code: plain, warned: Promise.race([warned, sleep(patienceMilliseconds)]) };
  }

  /** Jupyter's `complete_reply`: what the types know, then what only the values know. */
  async complete({ code, cursor_pos }: Json): Promise<Json> {
    const cursor = unitsAt(code, cursor_pos);
    const patience = this.#language.ready ? typesMilliseconds : unreadMilliseconds;
    const typed = await within(patience, this.#language.complete(code, cursor), nothing);
    const begun = /[\p{ID_Continue}$#]*$/u.exec(code.slice(0, cursor))![0];
    const { start, end } = typed === nothing ? { start: cursor - begun.length, end: cursor } : typed;
    const known = new Set(typed.items.map(({ text }) => text));
    const live = typed.open ? await this.#liveNames(code, cursor_pos, begun) : [];
    const items = [
      ...typed.items,
      ...live.filter((text) => !known.has(text))
        .map((text): Completion => ({ text, type: "instance", signature: "" })),
    ];
    const span = { start: pointsAt(code, start), end: pointsAt(code, end) };
    return {
      status: "ok",
      matches: items.map(({ text }) => text),
      cursor_start: span.start,
      cursor_end: span.end,
      metadata: { _jupyter_types_experimental: items.map((item) => ({ ...item, ...span })) },
    };
  }

  /** Jupyter's `inspect_reply`: declaration, doc comment, place and value; with detail 1 also the source. */
  async inspect({ code, cursor_pos, detail_level = 0 }: Json): Promise<Json> {
    const cursor = unitsAt(code, cursor_pos);
    const inspected = await within(this.#explanationMs, this.#language.inspect(code, cursor), undefined);
    const found = inspected === undefined ? await this.#unread(code, cursor) : inspected;
    const value = found?.path ? await this.#value(found.path) : null;
    if (!found || !found.signature && value === null) {
      return { status: "ok", found: false, data: {}, metadata: {} };
    }
    return { status: "ok", found: true, data: explain(found, value, detail_level), metadata: {} };
  }

  /** What is known of the name at the cursor while its types are still being read: that it is there. */
  async #unread(code: string, cursor: number): Promise<NotebookInspection | null> {
    const path = nameAt(code, cursor)?.path ?? null;
    if (path === null) return null;
    const name = path.slice(path.lastIndexOf(".") + 1);
    const isThere = (await this.#liveNames(path, pointsAt(path, path.length), name)).includes(name);
    const documentation = "its types are still being read; ask again";
    return isThere ? { path, signature: path, documentation, place: null, source: null } : null;
  }

  async #page({ expression, detail }: HelpQuery): Promise<Json> {
    const cursor_pos = pointsAt(expression, expression.length);
    const { found, data } = await this.inspect({ code: expression, cursor_pos, detail_level: detail });
    const page = found ? data : { "text/plain": `nothing is known of ${expression}` };
    return { source: "page", data: page, start: 0 };
  }

  #setLevel(argument: string): string {
    const level = levels.find((name) => name === argument);
    if (argument !== "" && !level) {
      throw new UsageError(`%types ${argument} is unknown; choose one of ${levels.join(", ")}`);
    }
    this.#level = level ?? this.#level;
    return level ? "" : `%types ${this.#level}`;
  }

  /** What is wrong with a cell's types, in words; empty where nothing is. */
  async #warning(code: string): Promise<string> {
    if (this.#level === "off") return "";
    const strict = this.#level === "strict";
    const problems = (await this.#language.check(code)).filter((problem) => strict || !problem.strict);
    const real = await Promise.all(
      problems.map(async (problem) => await this.#isAlive(problem) ? [] : [problem]),
    );
    return real.flat().map((problem) => `${describeProblem(problem, code)}\n`).join("");
  }

  /** Whether the name that is not declared exists all the same. */
  async #isAlive({ unknownName }: Problem): Promise<boolean> {
    if (unknownName === null) return false;
    return (await this.#liveNames(unknownName, [...unknownName].length, unknownName)).includes(unknownName);
  }

  async #liveNames(code: string, cursor_pos: number, begun: string): Promise<string[]> {
    const reply = await Promise.race([
      this.#live.complete({ code, cursor_pos }).catch(() => ({})),
      sleep(valuesMilliseconds, {} as Json),
    ]);
    const matches: string[] = (reply as Json).matches ?? [];
    return matches.map((text) => text.slice(text.lastIndexOf(".") + 1)).filter((text) =>
      text.startsWith(begun)
    );
  }

  #value(path: string): Promise<string | null> {
    return Promise.race([this.#live.describe(path).catch(() => null), sleep(valuesMilliseconds, null)]);
  }
}

const nothingToRun: ReadCell = { code: "", payload: [], error: null, warned: Promise.resolve() };

/** The answer, or what stands for it where it takes too long or fails. */
function within<Answer, Otherwise>(
  milliseconds: number,
  answer: Promise<Answer>,
  otherwise: Otherwise,
): Promise<Answer | Otherwise> {
  const answered = answer.catch((error) => (complain(error), otherwise));
  return Promise.race([answered, sleep(milliseconds, otherwise)]);
}

/** Says on the kernel's own standard error what went wrong in it. */
function complain(error: Error): void {
  console.error(error.message);
}

function failed(ename: string, evalue: string): CellError {
  return { ename, evalue, traceback: [`${ename}: ${evalue}`] };
}

/** An explanation as plain text and as Markdown. */
function explain(
  { signature, documentation, place, source, path }: NotebookInspection,
  value: string | null,
  detail: number,
): Json {
  const facts = [
    ...(place ? [["declared", place]] : []),
    ...(value !== null ? [["value", value]] : []),
  ];
  const code = [signature || path!, ...(detail > 0 && source ? [source] : [])];
  const plain = [
    code[0],
    documentation,
    facts.map(([name, text]) => `${name}: ${text}`).join("\n"),
    ...code.slice(1),
  ];
  const markdown = [
    fenced(code[0]!),
    documentation,
    facts.map(([name, text]) => `- ${name}: \`${text}\``).join("\n"),
    ...code.slice(1).map(fenced),
  ];
  const join = (parts: readonly (string | undefined)[]) => parts.filter(Boolean).join("\n\n");
  return { "text/plain": join(plain), "text/markdown": join(markdown) };
}

function fenced(code: string): string {
  return `\`\`\`ts\n${code}\n\`\`\``;
}
