/** The types of one notebook: what is wrong in a cell, what could be typed next, what a name is. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { isObjectLiteral } from "../cell.ts";
import { nameAt, stringAround } from "./cell_syntax.ts";
import { type Completions, completionsAt, type CompletionType } from "./completion.ts";
import { type Declaration, declarations } from "./declarations.ts";
import { type Inspection, inspectionAt } from "./inspection.ts";
import { pathsAfter, specifiersAfter } from "./paths.ts";
import { type Problem, problemOf } from "./problem.ts";
import { Program } from "./program.ts";
import { Scope } from "./scope.ts";

const globals = new URL("./globals.ts", import.meta.url);

/** The name that has been begun at the end of a text. */
const begunName = /[\p{ID_Continue}$\u200c\u200d#]*$/u;

/** A cell as a module: the code, from `offset` on, between what brings the scope in and what exports its names. */
interface CellModule {
  readonly offset: number;
  readonly declared: readonly Declaration[];
}

/** What is known of a name, and the path by which its value can be had. */
export interface NotebookInspection extends Inspection {
  readonly path: string | null;
}

const unknown: Inspection = { signature: "", documentation: "", place: null, source: null };

/** Cells are checked and completed against those that have been added, in their order. */
export class NotebookTypes {
  readonly #program: Program;
  readonly #scope = new Scope();

  /** @param folder where relative imports begin, and the search for a deno.json */
  constructor(folder: string) {
    this.#program = new Program(folder);
    this.#scope.bring(globals.href, declarations(readFileSync(globals, "utf8")));
    this.#program.setScope(this.#scope.types);
  }

  /** Brings the program up to date with the last cell, so that the next request is answered sooner. */
  prepare(): void {
    this.#program.service.getProgram();
  }

  /** The errors of types in a cell whose syntax is right. */
  check(code: string): Problem[] {
    const { offset } = this.#open(code);
    const { service, cellFile } = this.#program;
    const defined = new Set(
      [...code.matchAll(/\bglobalThis\.([\p{ID_Continue}$]+)\s*=[^=]/gu)].map(([, name]) => name),
    );
    return service.getSemanticDiagnostics(cellFile)
      .flatMap((diagnostic) => problemOf(diagnostic, code, offset) ?? [])
      .filter(({ unknownName }) => unknownName === null || !defined.has(unknownName));
  }

  /** Adds what a cell declares to the scope of those after it. */
  add(code: string, cell: number): void {
    const { declared } = this.#open(code);
    if (declared.length === 0) return;
    const { service, cellFile } = this.#program;
    const types = service.getEmitOutput(cellFile, true, true).outputFiles[0]?.text ?? "";
    this.#scope.add(declared, types, { cell, folder: dirname(cellFile) });
    this.#program.setScope(this.#scope.types);
  }

  /** What could stand at the cursor, in UTF-16 units, of a cell. */
  complete(code: string, cursor: number): Completions {
    const { service, cellFile, importMaps } = this.#program;
    const folder = dirname(cellFile);
    const string = stringAround(code, cursor);
    const paths = (texts: string[], type: CompletionType): Completions => ({
      ...string!,
      items: texts.map((text) => ({ text, type, signature: "" })),
      open: false,
    });
    const start = string?.start ?? cursor - begunName.exec(code.slice(0, cursor))![0].length;
    const begun = code.slice(start, cursor);
    if (string?.isSpecifier) return paths(specifiersAfter(begun, folder, importMaps), "module");
    const { offset } = this.#open(code, { all: true });
    const { items, open } = completionsAt(service, cellFile, offset + cursor, begun);
    if (string && items.length === 0) return paths(pathsAfter(begun, folder), "path");
    return { start, end: string?.end ?? cursor, items, open: open && !string };
  }

  /** What the name at the cursor, in UTF-16 units, is; null where there is none that is known. */
  inspect(code: string, cursor: number): NotebookInspection | null {
    const name = nameAt(code, cursor);
    if (!name) return null;
    const { service, cellFile } = this.#program;
    const { offset, declared } = this.#open(code);
    const found = inspectionAt(service, cellFile, offset + name.position);
    const scoped = name.path !== null && !declared.some((own) => own.name === name.path)
      ? this.#scope.names.get(name.path)
      : undefined;
    if (!found) return name.path === null ? null : { ...unknown, path: name.path };
    if (!scoped || scoped.cell === null) return { ...found, path: name.path };
    return { ...found, place: `cell ${scoped.cell}`, source: scoped.source, path: name.path };
  }

  /** Makes the code the cell of the program. */
  #open(code: string, { all = false } = {}): CellModule {
    const declared = declarations(code);
    const [open, close] = isObjectLiteral(code) ? ["(", ")"] : ["", ""];
    const header = this.#scope.header(code, declared, { all }) + open;
    const names = new Set(declared.filter(({ exported }) => !exported).map(({ name }) => name));
    this.#program.setCell(`${header}${code}${close}\n;export { ${[...names].join(", ")} };`);
    return { offset: header.length, declared };
  }
}
