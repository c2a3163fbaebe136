import { randomUUID } from "node:crypto";
import { escapeHtml } from "./escape_html.ts";
import { type Displayable, type Jupyter, jupyterDisplay } from "./jupyter.ts";

/** What a progress line needs of a stream; Node's streams fit. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** A place that shows one line, again and again. */
export interface ProgressScreen {
  /** The shortest time between two lines. */
  readonly intervalMs: number;
  /** @param fraction how much is done, from 0 to 1 */
  show(line: string, fraction: number): void;
  end(line: string, fraction: number): void | Promise<void>;
}

const CLEAR_LINE = "\r\x1b[K";

/** Writes over the same line, cut to the terminal's width. */
export function terminalScreen(stream: TextStream): ProgressScreen {
  const cut = (line: string) => [...line].slice(0, (stream.columns || 80) - 1).join("");
  return {
    intervalMs: 100,
    show: (line) => void stream.write(CLEAR_LINE + cut(line)),
    end: (line) => void stream.write(`${CLEAR_LINE}${line}\n`),
  };
}

/** Writes a line now and then, for files and other programs. */
export function logScreen(stream: TextStream): ProgressScreen {
  const write = (line: string) => void stream.write(`${line}\n`);
  return { intervalMs: 5000, show: write, end: write };
}

/** Shows a bar in the cell's output and updates it. */
export function notebookScreen(kernel: Jupyter): ProgressScreen {
  const display_id = randomUUID();
  let shown: Promise<void> | null = null;
  const show = (line: string, fraction: number) => {
    const options = { display_id, update: shown !== null };
    shown = (shown ?? Promise.resolve()).then(() => kernel.display(bar(line, fraction), options));
    return shown;
  };
  return { intervalMs: 250, show: (line, fraction) => void show(line, fraction), end: show };
}

function bar(line: string, fraction: number): Displayable {
  const text = escapeHtml(line);
  return {
    [jupyterDisplay]: () => ({
      "text/plain": line,
      "text/html":
        `<progress value="${fraction}" max="1" aria-label="${text}"></progress> <code>${text}</code>`,
    }),
  };
}
