import ts from "typescript";
import { UsageError } from "../usage_error.ts";

/** What is read of a notebook's file. */
export interface Notebook {
  readonly cells: readonly {
    readonly cell_type: string;
    readonly source: string | readonly string[];
    readonly metadata: { readonly tags?: readonly string[] };
  }[];
}

/** A name that the notebook's cell of parameters declares. */
interface Parameter {
  readonly name: string;
  /** `const`, `let` or `var`. */
  readonly keyword: string;
  /** Its type as it stands there, with the colon; empty where there is none. */
  readonly type: string;
  readonly value: ts.Expression | undefined;
}

/**
 * The source of a cell that declares a notebook's parameters anew, by papermill's convention: their first declarations and
 * values stand in the cell that is tagged `parameters`. Each value is written as a literal of the type that it has there.
 * Source: https://papermill.readthedocs.io/en/latest/usage-parameterize.html
 *
 * @param given values by name, as text
 * @throws {UsageError} If the notebook has no such cell or name, or the text is no value of that type.
 */
export function parametersSource(notebook: Notebook, given: ReadonlyMap<string, string>): string {
  const cell = notebook.cells.find(({ metadata, cell_type }) =>
    cell_type === "code" && metadata.tags?.includes("parameters")
  );
  if (!cell) {
    throw new UsageError("the notebook has no cell tagged `parameters`; give the tag to one, or no --set");
  }
  const parameters = declaredIn([cell.source].flat().join(""));
  const lines = [...given].map(([name, text]) => {
    const parameter = parameters.find((parameter) => parameter.name === name);
    if (!parameter) {
      const known = parameters.map(({ name }) => name).join(", ") || "none";
      throw new UsageError(`the notebook has no parameter ${JSON.stringify(name)}; it has: ${known}`);
    }
    return `${parameter.keyword} ${name}${parameter.type} = ${literal(text, parameter)};`;
  });
  return ["// Parameters", ...lines].join("\n");
}

function declaredIn(source: string): Parameter[] {
  const file = ts.createSourceFile("parameters.ts", source, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS);
  return file.statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) => {
    const keyword = declarationList.getFirstToken()!.getText();
    return declarationList.declarations.filter(({ name }) => ts.isIdentifier(name)).map((declaration) => ({
      name: declaration.name.getText(),
      keyword,
      type: declaration.type ? `: ${declaration.type.getText()}` : "",
      value: declaration.initializer,
    }));
  });
}

/** The text as a literal of the type that the parameter's own value has. */
function literal(text: string, { name, value }: Parameter): string {
  const refuse = (kind: string) =>
    new UsageError(
      `--set ${name}=${text}: ${name} is ${kind} (${value!.getText()} in the notebook); give it one`,
    );
  const json = parsed(text);
  if (!value) return JSON.stringify(json ?? text);
  if (ts.isStringLiteralLike(value)) return JSON.stringify(text);
  const like = ts.isPrefixUnaryExpression(value) ? value.operand : value;
  if (ts.isNumericLiteral(like)) {
    if (text.trim() === "" || !Number.isFinite(Number(text))) throw refuse("a number");
    return String(Number(text));
  }
  if (value.kind === ts.SyntaxKind.TrueKeyword || value.kind === ts.SyntaxKind.FalseKeyword) {
    if (typeof json !== "boolean") throw refuse("true or false");
    return text.trim();
  }
  if (ts.isArrayLiteralExpression(value)) {
    if (!Array.isArray(json)) throw refuse("a list, such as [1, 2]");
  } else if (ts.isObjectLiteralExpression(value)) {
    if (json === null || typeof json !== "object" || Array.isArray(json)) {
      throw refuse('an object, such as {"a": 1}');
    }
  }
  return JSON.stringify(json ?? text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
