/** Stacks of errors that name cells, with the places in the TypeScript that was written there. */
import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";

/** How many cells' maps are kept; functions of older cells are named without a line. */
const keptMaps = 2000;
const root = fileURLToPath(new URL("../", import.meta.url));
/** Files of the kernel and the runtime's own code. */
const own = (file: string) => file.replace(/^file:\/\//, "").startsWith(root) || /^(ext|node):/.test(file);

/** What the engine tells of a frame, with places in files mapped already. */
interface CallSite {
  getFileName(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
  isNative(): boolean;
  isAsync(): boolean;
  toString(): string;
}

/** The maps of cells, by the names of their scripts. */
export class CellMaps {
  readonly #maps = new Map<string, string>();

  /** Keeps the map of a cell for the errors to come. */
  add(script: string, map: string): void {
    this.#maps.set(script, map);
    if (this.#maps.size > keptMaps) this.#maps.delete(this.#maps.keys().next().value!);
  }

  /** From now on the stacks of errors are told by these maps, without frames of the kernel's own. */
  install(): void {
    (Error as unknown as { prepareStackTrace: unknown }).prepareStackTrace = (
      error: Error,
      frames: CallSite[],
    ) => [head(error), ...frames.flatMap((frame) => this.#line(frame))].join("\n");
  }

  #line(frame: CallSite): string[] {
    const file = frame.getFileName();
    if (file === null ? !frame.isNative() : own(file)) return [];
    const map = this.#maps.get(file ?? "");
    if (!map) return [`    at ${frame}`];
    const { originalLine, originalColumn } = new SourceMap(JSON.parse(map)).findEntry(
      frame.getLineNumber()! - 1,
      frame.getColumnNumber()! - 1,
    ) as { originalLine?: number; originalColumn?: number };
    if (originalLine === undefined) return [];
    const written = `${file}:${originalLine + 1}:${originalColumn! + 1}`;
    return [`    at ${String(frame).replace(/cell [^)]*:\d+:\d+/, written)}`];
  }
}

/** The first line of a stack; errors need not be well behaved. */
function head(error: Error): string {
  try {
    const { name = "Error", message = "" } = error;
    return message === "" ? String(name) : `${name}: ${message}`;
  } catch {
    return "Error";
  }
}
