/** What the type checker would let follow. */
import ts from "typescript";

/** One way to go on. */
export interface Completion {
  readonly text: string;
  /** One of the kinds that JupyterLab has icons for. */
  readonly type: CompletionType;
  /** The type of a value, or empty. */
  readonly signature: string;
}

/** Ways to go on, each in place of the code from `start` to `end`, in UTF-16 units. */
export interface Completions {
  readonly start: number;
  readonly end: number;
  readonly items: readonly Completion[];
  /** Whether values that exist at run time only may be missing: names, and members of values. */
  readonly open: boolean;
}

/** The kinds of completions. */
export type CompletionType = "class" | "function" | "instance" | "keyword" | "module" | "path" | "property";

/** How many completions are told; the types of more take too long. */
const most = 400;
/** TypeScript's order: what sorts behind is not of the cell's own scope. */
const globalsOrKeywords = "15";

const types: Readonly<Record<string, CompletionType>> = {
  [ts.ScriptElementKind.functionElement]: "function",
  [ts.ScriptElementKind.localFunctionElement]: "function",
  [ts.ScriptElementKind.memberFunctionElement]: "function",
  [ts.ScriptElementKind.classElement]: "class",
  [ts.ScriptElementKind.interfaceElement]: "class",
  [ts.ScriptElementKind.typeElement]: "class",
  [ts.ScriptElementKind.enumElement]: "class",
  [ts.ScriptElementKind.moduleElement]: "module",
  [ts.ScriptElementKind.keyword]: "keyword",
  [ts.ScriptElementKind.memberVariableElement]: "property",
  [ts.ScriptElementKind.memberGetAccessorElement]: "property",
  [ts.ScriptElementKind.memberSetAccessorElement]: "property",
};

/** The completions at a place of a file, those that begin as the name that has been begun there. */
export function completionsAt(
  service: ts.LanguageService,
  file: string,
  position: number,
  begun: string,
): Pick<Completions, "items" | "open"> {
  const found = service.getCompletionsAtPosition(file, position, {
    includeSymbol: true,
    includeCompletionsWithInsertText: false,
    includeCompletionsForModuleExports: false,
  });
  if (!found) return { items: [], open: true };
  const checker = service.getProgram()!.getTypeChecker();
  const node = service.getProgram()!.getSourceFile(file)!;
  const { isGlobalCompletion, isMemberCompletion, entries } = found;
  const fits = fitting(entries, begun)
    .filter(({ sortText }) => begun !== "" || isMemberCompletion || sortText < globalsOrKeywords);
  return {
    items: fits.slice(0, most).map((entry) => completionOf(entry, checker, node)),
    open: isGlobalCompletion || isMemberCompletion && entries.every(({ kind }) => kind === "warning"),
  };
}

/** Those that begin as what has been begun, in the same case first. */
function fitting(entries: readonly ts.CompletionEntry[], begun: string): ts.CompletionEntry[] {
  const lower = begun.toLowerCase();
  const rank = ({ name, sortText }: ts.CompletionEntry) => `${name.startsWith(begun) ? 0 : 1}${sortText}`;
  return entries
    .filter(({ name, kind }) => name.toLowerCase().startsWith(lower) && kind !== ts.ScriptElementKind.warning)
    .sort((a, b) => rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : a.name < b.name ? -1 : 1);
}

function completionOf(
  { name, kind, symbol: found }: ts.CompletionEntry,
  checker: ts.TypeChecker,
  node: ts.Node,
): Completion {
  if (!found) return { text: name, type: types[kind] ?? "instance", signature: "" };
  const symbol = found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
  const isValue = (symbol.flags & ts.SymbolFlags.Value & ~ts.SymbolFlags.ValueModule) !== 0;
  const type = isValue ? checker.getTypeOfSymbolAtLocation(symbol, node) : null;
  return {
    text: name,
    type: typeOf(symbol, type) ?? types[kind] ?? "instance",
    signature: type ? checker.typeToString(type) : "",
  };
}

function typeOf({ flags }: ts.Symbol, type: ts.Type | null): CompletionType | null {
  if (type && type.getCallSignatures().length > 0) return "function";
  if (
    flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias | ts.SymbolFlags.Enum)
  ) {
    return "class";
  }
  return flags & ts.SymbolFlags.Module ? "module" : null;
}
