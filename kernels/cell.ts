/** A cell's source as the kernel needs it: is it whole, where is it wrong, and how can its waiting be interrupted. */
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

/** The modules that the cell's import declarations name. */
export function importedModules(code: string): string[] {
  return parse(code).statements.filter(ts.isImportDeclaration)
    .map(({ moduleSpecifier }) => (moduleSpecifier as ts.StringLiteral).text);
}

/**
 * The same code with every `await x` outside of functions as `await interrupts.race(x)` and every
 * `for await (… of x)` as `for await (… of interrupts.each(x))`, so that an interrupt can end the waiting.
 *
 * @param interrupts an expression for an object with these two methods
 */
export function raceAwaits(code: string, interrupts: string): string {
  const insertions: { at: number; text: string }[] = [];
  const wrap = (method: string, { end }: ts.Node, start: number) => {
    insertions.push({ at: start, text: `${interrupts}.${method}(` }, { at: end, text: ")" });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) return;
    if (ts.isAwaitExpression(node)) wrap("race", node.expression, node.expression.getStart());
    if (ts.isForOfStatement(node) && node.awaitModifier) {
      wrap("each", node.expression, node.expression.getStart());
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(code));
  insertions.sort((a, b) => b.at - a.at);
  return insertions.reduce(
    (text, { at, text: inserted }) => text.slice(0, at) + inserted + text.slice(at),
    code,
  );
}

/** Whether the inner kernel takes the code for an expression, as it does where `{` begins and `;` does not end it. */
function isObjectLiteral(code: string): boolean {
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
