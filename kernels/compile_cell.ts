/** Cells as scripts: TypeScript in, JavaScript out that runs wherever an earlier cell has run. */
import ts from "typescript";
import { isObjectLiteral } from "./cell.ts";

/** A cell as JavaScript. */
export interface CompiledCell {
  /** An expression for an async function of the cell's helpers, which runs the cell; see {@linkcode compileCell}. */
  readonly script: string;
  /** From places in the script to places in the cell, as a source map. */
  readonly map: string;
  /** The names that the cell declares at its top. */
  readonly names: readonly string[];
}

const { factory } = ts;
/** The parameter by which a script reaches its helpers. */
const helpers = "__cell";

/**
 * Compiles a cell whose syntax is right. What it declares at its top becomes properties of the global object, so that a later cell
 * may declare it anew, and functions of earlier cells see the new one. Its import declarations become imports at run time, its exports
 * plain declarations. Where its last statement is an expression the function resolves with `{ value }`.
 *
 * The script's helpers are `race` and `each` for its waiting outside of functions, `importNames`, `importModule` and `meta`.
 */
export function compileCell(code: string): CompiledCell {
  const names = new Set<string>();
  const { outputText, sourceMapText } = ts.transpileModule(isObjectLiteral(code) ? `(${code})` : code, {
    fileName: "cell.ts",
    compilerOptions: {
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.ESNext,
      moduleDetection: ts.ModuleDetectionKind.Force, // else `await (x)` would call a function of that name
      verbatimModuleSyntax: true,
      sourceMap: true,
    },
    transformers: { after: [(context) => (file) => asScript(file, names, context)] },
  });
  return {
    script: outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, ""),
    map: sourceMapText!,
    names: [...names],
  };
}

/** The file with its statements inside of an async function. */
function asScript(file: ts.SourceFile, names: Set<string>, context: ts.TransformationContext): ts.SourceFile {
  const imports: ts.Statement[] = [], functions: ts.Statement[] = [], body: ts.Statement[] = [];
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) {
      imports.push(...importing(statement, names));
    } else if (ts.isFunctionDeclaration(statement)) functions.push(...declaredFunction(statement, names));
    else body.push(...running(statement, names));
  }
  const last = body.findLastIndex((statement) => !ts.isEmptyStatement(statement));
  const result = body[last];
  const given = result && ts.isExpressionStatement(result) && !declares.has(result);
  if (given) body[last] = placed(factory.createReturnStatement(valueOf(result.expression)), result);
  const statements = [...imports, ...functions, ...body].map((statement) =>
    ts.visitNode(statement, (node) => outsideFunctions(node, names, context)) as ts.Statement
  );
  const main = factory.createArrowFunction(
    [factory.createModifier(ts.SyntaxKind.AsyncKeyword)],
    undefined,
    [factory.createParameterDeclaration(undefined, undefined, helpers)],
    undefined,
    undefined,
    factory.createBlock(statements, true),
  );
  return factory.updateSourceFile(file, [
    factory.createExpressionStatement(factory.createStringLiteral("use strict")),
    factory.createExpressionStatement(factory.createParenthesizedExpression(main)),
  ]);
}

/** Statements that were declarations, and so have no value to show. */
const declares = new WeakSet<ts.Statement>();

function declaring(expression: ts.Expression, place: ts.Node): ts.Statement {
  const statement = placed(factory.createExpressionStatement(expression), place);
  declares.add(statement);
  return statement;
}

/** Keeps for the source map where a node comes from. */
function placed<Node extends ts.Node>(node: Node, place: ts.Node): Node {
  return ts.setSourceMapRange(node, ts.getSourceMapRange(place));
}

function valueOf(expression: ts.Expression): ts.Expression {
  return factory.createObjectLiteralExpression([factory.createPropertyAssignment("value", expression)]);
}

function helper(name: string): ts.Expression {
  return factory.createPropertyAccessExpression(factory.createIdentifier(helpers), name);
}

/** An import declaration as an assignment of what the module exports. */
function importing(
  statement: ts.ImportDeclaration | ts.ExportDeclaration,
  names: Set<string>,
): ts.Statement[] {
  const { moduleSpecifier, attributes } = statement;
  if (!moduleSpecifier) return [];
  const options = attributes ? [importOptions(attributes)] : [];
  const clause = ts.isImportDeclaration(statement) ? statement.importClause : undefined;
  const bindings = clause?.namedBindings;
  const assigned: ts.Statement[] = [];
  const awaited = (name: string, ...args: ts.Expression[]) =>
    factory.createAwaitExpression(
      factory.createCallExpression(helper(name), undefined, [moduleSpecifier, ...args, ...options]),
    );
  const add = (target: ts.Expression | null, value: ts.Expression) =>
    assigned.push(declaring(target ? factory.createAssignment(target, value) : value, statement));
  const named = [
    ...(clause?.name ? [{ exported: "default", local: clause.name }] : []),
    ...(bindings && ts.isNamedImports(bindings)
      ? bindings.elements.map(({ propertyName, name }) => ({
        exported: (propertyName ?? name).text,
        local: name,
      }))
      : []),
  ];
  if (named.length > 0) {
    named.forEach(({ local }) => names.add(local.text));
    const strings = named.map(({ exported }) => factory.createStringLiteral(exported));
    const properties = named.map(({ exported, local }) =>
      factory.createPropertyAssignment(factory.createStringLiteral(exported), local)
    );
    add(
      factory.createObjectLiteralExpression(properties),
      awaited("importNames", factory.createArrayLiteralExpression(strings)),
    );
  }
  if (bindings && ts.isNamespaceImport(bindings)) {
    names.add(bindings.name.text);
    add(bindings.name, awaited("importModule"));
  }
  if (assigned.length === 0) add(null, awaited("importModule"));
  return assigned;
}

/** `with { type: "json" }` as the second argument of an import at run time. */
function importOptions(attributes: ts.ImportAttributes): ts.Expression {
  const properties = attributes.elements.map(({ name, value }) =>
    factory.createPropertyAssignment(factory.createStringLiteral(name.text), value)
  );
  return factory.createObjectLiteralExpression([
    factory.createPropertyAssignment("with", factory.createObjectLiteralExpression(properties)),
  ]);
}

/** A function declaration as an assignment; these come first, so that a cell may call what it declares further down. */
function declaredFunction(statement: ts.FunctionDeclaration, names: Set<string>): ts.Statement[] {
  const { name, asteriskToken, parameters, body } = statement;
  if (!name || !body) return [];
  names.add(name.text);
  const modifiers = statement.modifiers?.filter((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword);
  const value = factory.createFunctionExpression(
    modifiers as ts.Modifier[] | undefined,
    asteriskToken,
    undefined, // the name would stand for this very function even after another has taken its place
    undefined,
    parameters,
    undefined,
    body,
  );
  return [declaring(factory.createAssignment(name, placed(value, statement)), statement)];
}

/** A statement that runs in its turn, with assignments in place of declarations at the top. */
function running(statement: ts.Statement, names: Set<string>): ts.Statement[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((declaration) =>
      isMadeUp(declaration.name)
        ? factory.createVariableStatement(
          undefined,
          factory.createVariableDeclarationList([declaration], ts.NodeFlags.Let),
        )
        : declaring(assignment(declaration, names), declaration)
    );
  }
  if (ts.isClassDeclaration(statement)) {
    const { name, heritageClauses, members } = statement;
    const value = placed(
      factory.createClassExpression(undefined, name, undefined, heritageClauses, members),
      statement,
    );
    if (!name) return [declaring(value, statement)];
    names.add(name.text);
    return [declaring(factory.createAssignment(name, value), statement)];
  }
  if (ts.isExportAssignment(statement)) {
    return [placed(factory.createExpressionStatement(statement.expression), statement)];
  }
  return [statement];
}

/** Whether a name is the compiler's and of no meaning after the cell. */
function isMadeUp(name: ts.BindingName): boolean {
  return (name as { emitNode?: { autoGenerate?: unknown } }).emitNode?.autoGenerate !== undefined;
}

/** A declaration as an assignment to the names that it declares. */
function assignment(
  { name, initializer }: ts.VariableDeclaration,
  names: Set<string>,
): ts.Expression {
  return factory.createAssignment(target(name, names), initializer ?? factory.createVoidZero());
}

/** What a declaration binds, as what an assignment is made to. */
function target(name: ts.BindingName, names: Set<string>): ts.Expression {
  if (ts.isIdentifier(name)) {
    names.add(name.text);
    return name;
  }
  const withDefault = ({ name, initializer }: ts.BindingElement) => {
    const bound = target(name, names);
    return initializer ? factory.createAssignment(bound, initializer) : bound;
  };
  if (ts.isArrayBindingPattern(name)) {
    return factory.createArrayLiteralExpression(name.elements.map((element) => {
      if (ts.isOmittedExpression(element)) return element;
      const bound = withDefault(element);
      return element.dotDotDotToken ? factory.createSpreadElement(bound) : bound;
    }));
  }
  return factory.createObjectLiteralExpression(name.elements.map((element) => {
    if (element.dotDotDotToken) return factory.createSpreadAssignment(target(element.name, names));
    const property = element.propertyName ?? factory.createIdentifier((element.name as ts.Identifier).text);
    return factory.createPropertyAssignment(property, withDefault(element));
  }));
}

/** What means another thing outside of functions: waiting, which an interrupt ends, and `var` in blocks, which belongs to the top. */
function outsideFunctions(node: ts.Node, names: Set<string>, context: ts.TransformationContext): ts.Node {
  if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) return anywhere(node, context);
  const visited = ts.visitEachChild(node, (child) => outsideFunctions(child, names, context), context);
  if (ts.isAwaitExpression(visited)) {
    return factory.updateAwaitExpression(visited, raced("race", visited.expression));
  }
  if (ts.isForOfStatement(visited) && visited.awaitModifier) {
    const { awaitModifier, initializer, expression, statement } = visited;
    return factory.updateForOfStatement(
      visited,
      awaitModifier,
      plain(initializer, names),
      raced("each", expression),
      statement,
    );
  }
  return withoutVar(importsOf(visited), names);
}

function raced(name: "race" | "each", expression: ts.Expression): ts.Expression {
  return factory.createCallExpression(helper(name), undefined, [expression]);
}

/** A statement in a block, with assignments in place of `var`. */
function withoutVar(node: ts.Node, names: Set<string>): ts.Node {
  if (ts.isVariableStatement(node) && isVar(node.declarationList)) {
    return placed(factory.createExpressionStatement(assignments(node.declarationList, names)), node);
  }
  if (ts.isForStatement(node) && node.initializer) {
    const { initializer, condition, incrementor, statement } = node;
    return factory.updateForStatement(
      node,
      ts.isVariableDeclarationList(initializer) && isVar(initializer)
        ? assignments(initializer, names)
        : initializer,
      condition,
      incrementor,
      statement,
    );
  }
  if (ts.isForInStatement(node)) {
    return factory.updateForInStatement(
      node,
      plain(node.initializer, names),
      node.expression,
      node.statement,
    );
  }
  if (ts.isForOfStatement(node)) {
    const { awaitModifier, initializer, expression, statement } = node;
    return factory.updateForOfStatement(
      node,
      awaitModifier,
      plain(initializer, names),
      expression,
      statement,
    );
  }
  return node;
}

function isVar({ flags }: ts.VariableDeclarationList): boolean {
  return (flags & ts.NodeFlags.BlockScoped) === 0;
}

function assignments({ declarations }: ts.VariableDeclarationList, names: Set<string>): ts.Expression {
  const all = declarations.map((declaration) =>
    declaration.initializer ? assignment(declaration, names) : target(declaration.name, names)
  );
  return all.length === 1 ? all[0]! : factory.createCommaListExpression(all);
}

/** What a loop assigns to. */
function plain(initializer: ts.ForInitializer, names: Set<string>): ts.ForInitializer {
  return ts.isVariableDeclarationList(initializer) && isVar(initializer)
    ? target(initializer.declarations[0]!.name, names)
    : initializer;
}

/** What means another thing in a script than in a module, wherever it stands: `import()` and `import.meta`. */
function anywhere(node: ts.Node, context: ts.TransformationContext): ts.Node {
  return importsOf(ts.visitEachChild(node, (child) => anywhere(child, context), context));
}

function importsOf(node: ts.Node): ts.Node {
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return factory.updateCallExpression(node, helper("importModule"), undefined, node.arguments);
  }
  if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) return helper("meta");
  return node;
}
