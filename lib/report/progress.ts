import process from "node:process";
import { interruptSignal } from "../training/interrupt.ts";
import { duration } from "./duration.ts";
import { jupyter } from "./jupyter.ts";
import {
  logScreen,
  notebookScreen,
  type ProgressScreen,
  terminalScreen,
  type TextStream,
} from "./progress_screens.ts";

/** How the work is counted and named. */
export interface ProgressOptions {
  readonly total: number;
  /** What is counted, in the plural: `steps`. */
  readonly unit: string;
  readonly label: string;
  /** Units that were done before, which do not count for the rate; by default 0. */
  readonly from?: number;
  /** Where the line goes; by default the notebook that this runs in, or else the standard error. */
  readonly stream?: TextStream;
}

/** A line that tells how far some work is. */
export interface ProgressLine {
  /** @param state how many units are done, and more to say, such as a loss */
  update(state: { readonly done: number; readonly text?: string }): void;
  /** Shows the last state and the time that it took; resolves when it is shown. */
  end(): Promise<void>;
}

/**
 * A progress line with rate and time left. It updates in place on a terminal and in a notebook; elsewhere it writes a
 * line every few seconds and one at the end. Where the user interrupts the work the line says so, unless the work goes on.
 *
 * @example
 * ```ts
 * import { progressLine } from "nlora";
 * import assert from "node:assert/strict";
 *
 * let written = "";
 * const stream = { write: (text: string) => written += text };
 * const line = progressLine({ total: 2, unit: "steps", label: "train", stream });
 * line.update({ done: 2, text: "loss 1.097" });
 * await line.end();
 * assert.match(written, /^train 2\/2 steps in \d+ s, loss 1.097\n$/);
 * ```
 */
export function progressLine({ total, unit, label, from = 0, stream }: ProgressOptions): ProgressLine {
  const screen = chooseScreen(stream);
  const begun = performance.now();
  let lastShown = begun;
  let state: { readonly done: number; readonly text?: string } | null = null;
  const line = (time: string) =>
    [`${label} ${state!.done}/${total} ${unit}${time}`, state!.text].filter(Boolean).join(", ");
  const fraction = () => total > 0 ? Math.min(1, state!.done / total) : 1;
  const elapsed = () => duration((performance.now() - begun) / 1000);
  const signal = interruptSignal();
  const stopped = () => {
    if (state) void screen.end(line(`, stopped after ${elapsed()}`), fraction());
  };
  signal?.addEventListener("abort", stopped);
  return {
    update(next) {
      state = next;
      const now = performance.now();
      if (now - lastShown < screen.intervalMs) return;
      lastShown = now;
      screen.show(
        line(rateAndTimeLeft(next.done - from, total - from, unit, (now - begun) / 1000)),
        fraction(),
      );
    },
    async end() {
      signal?.removeEventListener("abort", stopped);
      if (state) await screen.end(line(` in ${elapsed()}`), fraction());
      state = null;
    },
  };
}

function chooseScreen(stream: TextStream | undefined): ProgressScreen {
  const kernel = stream ? null : jupyter();
  if (kernel) return notebookScreen(kernel);
  const target = stream ?? process.stderr;
  return target.isTTY ? terminalScreen(target) : logScreen(target);
}

function rateAndTimeLeft(done: number, total: number, unit: string, seconds: number): string {
  if (done <= 0) return "";
  const rate = done / seconds;
  return `, ${rate >= 10 ? rate.toFixed(0) : rate.toPrecision(2)} ${unit}/s, ${
    duration((total - done) / rate)
  } left`;
}
