/** Finds in the syntax of a cell what a cursor stands at. */
import ts from "typescript";

/** A string literal around the cursor. */
export interface StringAround {
  /** Where its text begins, behind the quote. */
  readonly start: number;
  /** Where its text ends. */
  readonly end: number;
  /** Whether it names a module. */
  readonly isSpecifier: boolean;
}

/** A name that a cursor is about. */
export interface NameAt {
  /** A place inside of the name. */
  readonly position: number;
  /** The name with what stands before its dots, where these are names too: `a.b.c`; else null. */
  readonly path: string | null;
}

/** The string literal that the cursor is in, or null. */
export function stringAround(code: string, cursor: number): StringAround | null {
  const node = innermost(code, cursor, ts.isStringLiteralLike);
  if (!node || node.getStart() === cursor) return null;
  const end = (node as { isUnterminated?: boolean }).isUnterminated ? node.end : node.end - 1;
  return cursor > end ? null : { start: node.getStart() + 1, end, isSpecifier: isSpecifier(node) };
}

/** The name that the cursor touches, else that of the function in whose arguments it is; null where there is none. */
export function nameAt(code: string, cursor: number): NameAt | null {
  const touched = innermost(code, cursor, ts.isIdentifier);
  if (touched) return nameOf(touched);
  const place = code.slice(0, cursor).trimEnd().length;
  const call = innermost(code, place, isCall, ({ expression }) => expression.end < place);
  if (!call) return null;
  const { expression } = call;
  return nameOf(ts.isPropertyAccessExpression(expression) ? expression.name : expression);
}

function nameOf(node: ts.Node): NameAt {
  const whole = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node ? node.parent : node;
  const text = whole.getText();
  return {
    position: node.getStart(),
    path: /^[\p{ID_Continue}$]+(\.[\p{ID_Continue}$]+)*$/u.test(text) ? text : null,
  };
}

function isSpecifier({ parent }: ts.Node): boolean {
  return ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) ||
    ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword ||
    ts.isLiteralTypeNode(parent) && ts.isImportTypeNode(parent.parent);
}

function isCall(node: ts.Node): node is ts.CallExpression | ts.NewExpression {
  return ts.isCallExpression(node) || ts.isNewExpression(node);
}

/** The innermost node of a kind that a place is in or beside. */
function innermost<Kind extends ts.Node>(
  code: string,
  place: number,
  isKind: (node: ts.Node) => node is Kind,
  fits: (node: Kind) => boolean = () => true,
): Kind | null {
  let found: Kind | null = null;
  const visit = (node: ts.Node): void => {
    if (node.getStart() > place || place > node.end) return;
    if (isKind(node) && fits(node)) found = node;
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS));
  return found;
}
