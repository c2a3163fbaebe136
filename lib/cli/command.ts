import type { ParseArgsOptionsConfig } from "node:util";
import { UsageError } from "../usage_error.ts";

/** What a command gives back: a document for `--json`, words for people, and whether it did all that was asked. */
export interface CommandResult {
  readonly json: unknown;
  readonly text: string;
  readonly done: boolean;
}

/** The options as they were given; `--json` is taken out. */
export interface Given {
  readonly values: { readonly [option: string]: string | boolean | readonly string[] | undefined };
  readonly positionals: readonly string[];
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** One command of the command line. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** The words after the command's name, as help shows them. */
  readonly usage: string;
  readonly options: ParseArgsOptionsConfig;
  /** Whether words without an option's name before them mean something. */
  readonly positionals?: boolean;
  run(given: Given): Promise<CommandResult>;
}

/** An option that must be there. */
export function requiredText({ values }: Given, option: string): string {
  const value = values[option];
  if (typeof value !== "string" || value === "") {
    throw new UsageError(`--${option} is missing; give it a value`);
  }
  return value;
}

/** An option that may be there. */
export function optionalText({ values }: Given, option: string): string | undefined {
  return values[option] as string | undefined;
}

/** A number that may be there. */
export function optionalNumber({ values }: Given, option: string): number | undefined {
  const value = values[option];
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value === "" || !Number.isFinite(number)) {
    throw new UsageError(`--${option} ${JSON.stringify(value)} is not a number; give it one`);
  }
  return number;
}

/** A whole number that may be there. */
export function optionalInteger(given: Given, option: string, smallest: number): number | undefined {
  const number = optionalNumber(given, option);
  if (number !== undefined && !(Number.isInteger(number) && number >= smallest)) {
    throw new UsageError(`--${option} ${number} is not a whole number from ${smallest}`);
  }
  return number;
}

/** `true` or `false`, as it may be there. */
export function optionalBoolean({ values }: Given, option: string): boolean | undefined {
  const value = values[option];
  if (value === undefined || typeof value === "boolean") return value;
  if (value !== "true" && value !== "false") {
    throw new UsageError(`--${option} ${JSON.stringify(value)} is neither true nor false`);
  }
  return value === "true";
}

/** The object without the entries that are undefined. */
export function present<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}
