/** What the type checker finds wrong in a cell. */
import ts from "typescript";

/** One error of types. */
export interface Problem {
  /** TypeScript's number of the error, such as 2322. */
  readonly code: number;
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** How much of the line is meant, in characters. */
  readonly length: number;
  /** Whether it is of the kinds that only a strict reading minds: null, implicit any, empty literals. */
  readonly strict: boolean;
  /** The name that is not declared, where that is the error: it may exist at run time only. */
  readonly unknownName: string | null;
}

const unknownNameCodes = new Set([2304, 2552, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2868, 18004]);
const nullCodes = new Set([2531, 2532, 2533, 2721, 2722, 2723, 18046, 18047, 18048, 18049]);
/** Messages about null, about what is inferred of empty literals, and about literals that were widened. */
const untyped = [
  /^\s*Type '(undefined|null)' is not assignable to type/m,
  /does not exist on type '.* \| (undefined|null)'/,
  /type '(never|unknown|\{\})'/i,
  /^Spread types may only be created from object types/,
  /Type '(string|number|boolean)' is not assignable to type '["\d]/,
];
const assignToImport = 2632;
const moduleNotFound = new Set([2307, 2792]);

/** The error as a problem in the cell's code, which begins at `offset` in the file; null where it is none of the cell's. */
export function problemOf(diagnostic: ts.Diagnostic, code: string, offset: number): Problem | null {
  const start = (diagnostic.start ?? 0) - offset;
  if (start < 0 || start >= code.length) return null;
  const subject = code.slice(start, start + (diagnostic.length ?? 1));
  const message = messageOf(diagnostic, subject);
  if (message === null) return null;
  const before = code.slice(0, start).split("\n");
  return {
    code: diagnostic.code === assignToImport ? 2588 : diagnostic.code,
    message,
    line: before.length,
    column: before.at(-1)!.length + 1,
    length: Math.max(1, subject.split("\n")[0]!.length),
    strict: isStrict(diagnostic.code, message),
    unknownName: unknownNameCodes.has(diagnostic.code) ? subject : null,
  };
}

function messageOf({ code, messageText }: ts.Diagnostic, subject: string): string | null {
  // What Deno fetches by itself may be missing here.
  if (moduleNotFound.has(code) && /^.(npm|jsr|https?|data|blob):/.test(subject)) return null;
  if (code === assignToImport) return `Cannot assign to '${subject}' because it is a constant.`;
  return ts.flattenDiagnosticMessageText(messageText, "\n");
}

/** Whether the error is of a kind that code without type annotations runs into, right as it is. */
function isStrict(code: number, message: string): boolean {
  return nullCodes.has(code) || code >= 7000 && code < 8000 ||
    untyped.some((pattern) => pattern.test(message));
}

/** The problem in words: code, place, message, and the line with a caret below. */
export function describeProblem({ code, message, line, column, length }: Problem, source: string): string {
  const text = source.split("\n")[line - 1] ?? "";
  const number = String(line);
  const gap = text.slice(0, column - 1).replace(/[^\t]/gu, " ");
  return [
    `TS${code} at line ${line}, column ${column}: ${message}`,
    `  ${number} | ${text}`,
    `  ${" ".repeat(number.length)} | ${gap}${"~".repeat(length).replace("~", "^")}`,
  ].join("\n");
}
