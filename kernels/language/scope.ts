/** What a cell sees of the cells before it: names, the newest declaration of each, and their types. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { type Declaration, declarationsOf } from "./declarations.ts";

/** A name in scope. */
export interface ScopedName extends Declaration {
  /** The number of the cell that declared it; null for what every notebook begins with. */
  readonly cell: number | null;
  /** The module that declares it. */
  readonly module: string;
}

/** Statements of the open module that declare names together. */
interface Entry {
  readonly names: readonly string[];
  readonly text: string;
}

const openModule = "nlora:scope";
const words = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;

/**
 * The declarations of all cells that have run, as ambient modules. One module is open and takes each cell's. A name that
 * is declared anew replaces the old one, unless declarations that stay mention it: then the open module is closed, so that
 * these keep what they mean, and the next begins.
 */
export class Scope {
  readonly #names = new Map<string, ScopedName>();
  readonly #closed = new Map<string, string>();
  #open: readonly Entry[] = [];
  #modules = 0;

  /** The names in scope. */
  get names(): ReadonlyMap<string, ScopedName> {
    return this.#names;
  }

  /** Brings names into scope that a module of a file exports. */
  bring(url: string, declared: readonly Declaration[]): void {
    this.#open = declared.map(({ name }) => ({ names: [name], text: `import { ${name} } from "${url}";` }));
    for (const declaration of declared) {
      this.#names.set(declaration.name, { ...declaration, cell: null, module: openModule });
    }
  }

  /** Adds a cell that has run, given the declarations that the compiler wrote for its module in the folder. */
  add(
    declared: readonly Declaration[],
    types: string,
    { cell, folder }: { cell: number; folder: string },
  ): void {
    const added = entriesOf(absolute(types, folder));
    const names = new Set([...declared.map(({ name }) => name), ...added.flatMap((entry) => entry.names)]);
    const stay = this.#open.filter((entry) => !entry.names.every((name) => names.has(name)));
    const conflict = stay.some(({ text }) => text.match(words)?.some((word) => names.has(word)));
    if (conflict) this.#close();
    else this.#open = stay;
    const here = new Set(this.#open.flatMap((entry) => entry.names));
    const mentioned = new Set(added.flatMap(({ text }) => text.match(words) ?? []));
    const imports = [...mentioned].filter((name) =>
      !names.has(name) && !here.has(name) && this.#names.has(name)
    )
      .map((name) => ({
        names: [name],
        text: `import { ${name} } from "${this.#names.get(name)!.module}";`,
      }));
    this.#open = [...this.#open, ...imports, ...added];
    for (const declaration of declared) {
      this.#names.set(declaration.name, { ...declaration, cell, module: openModule });
    }
    this.#forget();
  }

  /** Ambient declarations of all that is in scope. */
  get types(): string {
    const modules = [...this.#closed, [openModule, this.#body()]];
    return modules.map(([name, body]) => `declare module "${name}" {\n${body}\n}\n`).join("");
  }

  /** A line of code that brings the names into a module that does not declare them: those it mentions, or all. */
  header(code: string, declared: readonly Declaration[], { all = false } = {}): string {
    const own = new Set(declared.map(({ name }) => name));
    const mentioned = all ? this.#names.keys() : new Set(code.match(words));
    const names = [...mentioned].flatMap((name) => own.has(name) ? [] : this.#names.get(name) ?? []);
    const imports = names.filter(({ assignable }) => !assignable).map(({ name }) => name);
    const variables = names.filter(({ assignable }) => assignable)
      .map(({ name }) => `declare let ${name}: typeof import("${openModule}").${name};`);
    return `import { ${imports.join(", ")} } from "${openModule}"; ${variables.join(" ")}\n`;
  }

  /** The open module: what it declares, and its names and those of closed modules as its exports. */
  #body(): string {
    const here = new Set(this.#open.flatMap((entry) => entry.names));
    const names = [...this.#names.values()];
    const elsewhere = names.filter(({ name }) => !here.has(name))
      .map(({ name, module }) => `export { ${name} } from "${module}";`);
    const own = names.filter(({ name }) => here.has(name)).map(({ name }) => name);
    return [...this.#open.map(({ text }) => text), ...elsewhere, `export { ${own.join(", ")} };`].join("\n");
  }

  #close(): void {
    const module = `${openModule}/${++this.#modules}`;
    this.#closed.set(module, this.#body().replaceAll(`"${openModule}"`, `"${module}"`));
    for (const [name, scoped] of this.#names) {
      if (scoped.module === openModule) this.#names.set(name, { ...scoped, module });
    }
    this.#open = [];
  }

  /** Drops the closed modules that nothing needs. */
  #forget(): void {
    const needed = new Set<string>();
    const need = (text: string): void => {
      for (const [module] of text.matchAll(/nlora:scope\/\d+/g)) {
        if (needed.has(module)) continue;
        needed.add(module);
        need(this.#closed.get(module) ?? "");
      }
    };
    need(this.#body());
    for (const module of this.#closed.keys()) if (!needed.has(module)) this.#closed.delete(module);
  }
}

/** The statements of a module of declarations by the names that they declare; what they take from the scope is there. */
function entriesOf(types: string): Entry[] {
  const file = ts.createSourceFile("cell.d.ts", types, ts.ScriptTarget.ESNext, true);
  const entries = new Map<string, Entry>();
  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement) || takesFromScope(statement)) continue;
    const names = declarationsOf(statement).map(({ name }) => name);
    if (names.length === 0) continue;
    const key = names.join();
    const text = statement.getFullText().trim().replace(/^export (?=declare|interface|type)/m, "");
    entries.set(key, { names, text: [entries.get(key)?.text, text].filter(Boolean).join("\n") });
  }
  return [...entries.values()];
}

function takesFromScope(statement: ts.Statement): boolean {
  if (ts.isImportDeclaration(statement)) return statement.moduleSpecifier.getText().includes(openModule);
  const text = statement.getText();
  return /^declare let ([\p{ID_Continue}$]+): typeof import\("nlora:scope"\)\.\1;$/u.test(text);
}

/** The same text with every relative specifier as a URL, which an ambient module may name. */
function absolute(types: string, folder: string): string {
  const relative = ts.preProcessFile(types).importedFiles.filter(({ fileName }) => fileName.startsWith("."));
  return relative.reduceRight((text, { fileName, pos }) => {
    const [start, end] = [pos + 1, pos + 1 + fileName.length]; // between the quotes
    return text.slice(0, start) + pathToFileURL(join(folder, fileName)).href + text.slice(end);
  }, types);
}
