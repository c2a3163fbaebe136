import ts from "typescript";

/** The packages of deno.json's import map by the name they have there: what npm calls them, and the version. */
export function npmPackages(
  imports: Readonly<Record<string, string>>,
): Map<string, [name: string, version: string]> {
  const found = new Map<string, [string, string]>();
  for (const [name, target] of Object.entries(imports)) {
    const parts = /^npm:(@?[^@]+)@(.+)$/.exec(target);
    if (parts !== null) found.set(name, [parts[1]!, parts[2]!]);
  }
  return found;
}

/** The module that a file of the npm package names, for what the library's own file names. */
export function packagedSpecifier(specifier: string, packages: ReturnType<typeof npmPackages>): string {
  if (specifier === "../../deno.json") return "../../package.json";
  if (specifier.startsWith(".")) return specifier.replace(/\.ts$/, ".js");
  const key = [...packages.keys()].find((name) => specifier === name || specifier.startsWith(`${name}/`));
  return key === undefined ? specifier : packages.get(key)![0] + specifier.slice(key.length);
}

/** The string literals of a file that name modules: in imports, exports and calls of `import()` and `import.meta.resolve()`. */
export function moduleNames(file: ts.SourceFile): ts.StringLiteral[] {
  const found: ts.StringLiteral[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      found.push(node.moduleSpecifier as ts.StringLiteral);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      found.push(node.argument.literal as ts.StringLiteral);
    } else if (
      ts.isCallExpression(node) && /^import(\.meta\.resolve)?$/.test(node.expression.getText(file))
    ) {
      if (node.arguments[0] && ts.isStringLiteral(node.arguments[0])) found.push(node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** A module's text with the names of modules put by `rename`. */
export function renameModules(text: string, rename: (specifier: string) => string): string {
  const file = ts.createSourceFile("module.ts", text, ts.ScriptTarget.Latest, true);
  const places = moduleNames(file).sort((a, b) => b.getStart(file) - a.getStart(file));
  return places.reduce(
    (whole, name) =>
      whole.slice(0, name.getStart(file)) + JSON.stringify(rename(name.text)) + whole.slice(name.getEnd()),
    text,
  );
}
