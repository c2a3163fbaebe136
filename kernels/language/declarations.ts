/** The names that a cell declares for the cells after it. */
import ts from "typescript";

/** One declared name. */
export interface Declaration {
  readonly name: string;
  /** Whether later cells may assign to it. */
  readonly assignable: boolean;
  /** Whether the cell itself marks it with `export`. */
  readonly exported: boolean;
  /** The code of a function, a class, an interface, a type or an enum. */
  readonly source: string | null;
}

/** The declarations at the top level of a cell, in their order. */
export function declarations(code: string): Declaration[] {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS);
  return file.statements.flatMap(declarationsOf);
}

/** What one statement declares. */
export function declarationsOf(statement: ts.Statement): Declaration[] {
  const exported = ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  if (ts.isVariableStatement(statement)) {
    const assignable = (statement.declarationList.flags & ts.NodeFlags.Constant) === 0;
    return statement.declarationList.declarations.flatMap(({ name }) => bound(name))
      .map((name) => ({ name, assignable, exported, source: null }));
  }
  if (ts.isImportDeclaration(statement)) {
    return imported(statement).map((name) => ({ name, assignable: false, exported, source: null }));
  }
  if (isNamed(statement) && statement.name) {
    return [{ name: statement.name.text, assignable: false, exported, source: statement.getText() }];
  }
  return [];
}

function bound(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => ts.isBindingElement(element) ? bound(element.name) : []);
}

function imported({ importClause }: ts.ImportDeclaration): string[] {
  const { name, namedBindings } = importClause ?? {};
  const others = namedBindings === undefined
    ? []
    : ts.isNamespaceImport(namedBindings)
    ? [namedBindings.name.text]
    : namedBindings.elements.map(({ name }) => name.text);
  return [...(name ? [name.text] : []), ...others];
}

function isNamed(node: ts.Statement): node is ts.Statement & { readonly name?: ts.Identifier } {
  return ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) || ts.isEnumDeclaration(node) ||
    ts.isModuleDeclaration(node) && ts.isIdentifier(node.name);
}
