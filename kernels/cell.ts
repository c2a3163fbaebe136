/** A cell's source as the kernel needs it: is it whole, and where is it wrong. */
import ts from "typescript";

/** What is wrong with a cell's syntax. */
export interface SyntaxProblem {
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Whether more text could mend it. */
  readonly incomplete: boolean;
}

/** Errors of an open comment or template, which the parser puts where these begin, not at the end. */
const openEnded = new Set([1002, 1010, 1160, 1161]);

/** The first error of syntax, or null. A cell that is one object literal is whole, though no statement of TypeScript. */
export function findSyntaxProblem(code: string): SyntaxProblem | null {
  const file = parse(code);
  const [first] = problems(file);
  if (!first || isObjectLiteral(code)) return null;
  const start = first.start ?? 0;
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return {
    message: ts.flattenDiagnosticMessageText(first.messageText, "\n"),
    line: line + 1,
    column: character + 1,
    incomplete: openEnded.has(first.code) || code.slice(start).trim() === "",
  };
}

/** How the line after an unfinished cell begins: as deep as its last, and two spaces more behind what opens a block or a list. */
export function indentAfter(code: string): string {
  const last = code.trimEnd().split("\n").at(-1)!;
  return /^[ \t]*/.exec(last)![0] + (/[{([]$/.test(last) ? "  " : "");
}

/** Whether a cell is an object rather than a block: `{` begins and `;` does not end it. */
export function isObjectLiteral(code: string): boolean {
  return /^\s*\{[^]*[^;\s]\s*$/.test(code) && problems(parse(`(${code})`)).length === 0;
}

function problems(file: ts.SourceFile): readonly ts.Diagnostic[] {
  return (file as unknown as { parseDiagnostics: ts.Diagnostic[] }).parseDiagnostics;
}

/** Parses a cell as a module, in which `await (x)` waits instead of calling a function of that name. */
function parse(code: string): ts.SourceFile {
  const setExternalModuleIndicator = (file: ts.SourceFile) => {
    (file as unknown as { externalModuleIndicator: unknown }).externalModuleIndicator = true;
  };
  const options = { languageVersion: ts.ScriptTarget.ESNext, setExternalModuleIndicator };
  return ts.createSourceFile("cell.ts", code, options, true, ts.ScriptKind.TS);
}
