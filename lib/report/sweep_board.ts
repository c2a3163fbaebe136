import { randomUUID } from "node:crypto";
import process from "node:process";
import { methods } from "../adapters/methods.ts";
import { bestRun, type SweepRun, type SweepState } from "../experiments/sweeps/sweep_state.ts";
import { duration } from "./duration.ts";
import { escapeHtml } from "./escape_html.ts";
import { type Jupyter, jupyter, jupyterDisplay } from "./jupyter.ts";
import type { TextStream } from "./progress_screens.ts";

/** Shows how far a sweep is. */
export interface SweepBoard {
  update(state: SweepState): void;
  /** Shows the last state; resolves when it is shown. */
  end(): Promise<void>;
}

/** The shortest time between two pictures, on a terminal or notebook and elsewhere. */
const liveMs = 250;
const logMs = 5000;

/**
 * A board of a sweep: how many runs are done, run, wait and failed, the time left, the best so far, and a line for each that runs. On a
 * terminal and in a notebook it changes in place; elsewhere a line is written every few seconds.
 *
 * @param stream where it goes; by default the notebook that this runs in, or else the standard error
 */
export function sweepBoard(
  stream?: TextStream,
  kernel: Jupyter | null = stream ? null : jupyter(),
): SweepBoard {
  const show = kernel ? notebookBoard(kernel) : textBoard(stream ?? process.stderr);
  let latest: SweepState | null = null;
  let shownAt = -Infinity;
  return {
    update(state) {
      latest = state;
      if (performance.now() - shownAt < show.intervalMs) return;
      shownAt = performance.now();
      void show.show(boardLines(state), false);
    },
    async end() {
      if (latest) await show.show(boardLines(latest), true);
      latest = null;
    },
  };
}

interface Board {
  readonly intervalMs: number;
  show(lines: readonly string[], last: boolean): Promise<void> | void;
}

function textBoard(stream: TextStream): Board {
  if (!stream.isTTY) {
    return { intervalMs: logMs, show: (lines) => void stream.write(`${lines[0]}\n`) };
  }
  let height = 0;
  return {
    intervalMs: liveMs,
    show(lines, last) {
      const width = (stream.columns || 80) - 1;
      const back = height > 0 ? `\x1b[${height}A\r\x1b[J` : "\r\x1b[J";
      const cut = lines.map((line) => [...line].slice(0, width).join(""));
      stream.write(back + cut.join("\n") + "\n");
      height = last ? 0 : cut.length;
    },
  };
}

function notebookBoard(kernel: Jupyter): Board {
  const display_id = randomUUID();
  let shown: Promise<void> | null = null;
  return {
    intervalMs: liveMs,
    show(lines) {
      const text = lines.join("\n");
      const picture = {
        [jupyterDisplay]: () => ({ "text/plain": text, "text/html": `<pre>${escapeHtml(text)}</pre>` }),
      };
      const options = { display_id, update: shown !== null };
      return shown = (shown ?? Promise.resolve()).then(() => kernel.display(picture, options));
    },
  };
}

/** The board as lines, the first one saying all in short. */
export function boardLines({ runs, begun, secondsLeft }: SweepState): string[] {
  const counts = new Map<string, number>();
  for (const { state } of runs) counts.set(state, (counts.get(state) ?? 0) + 1);
  const order = [
    "done",
    "runs",
    "waits",
    "rests",
    "dropped",
    "interrupted",
    "diverged",
    "oom",
    "failed",
    "too large",
  ];
  const words = order.flatMap((state) => counts.has(state) ? [`${counts.get(state)} ${state}`] : []);
  const best = bestRun(runs);
  const summary = [
    `${runs.length} runs: ${words.join(", ")}`,
    `${duration((performance.now() - begun) / 1000)} so far`,
    ...secondsLeft > 0 ? [`some ${duration(secondsLeft)} left`] : [],
    ...best ? [`best ${best.metric} ${best.value.toPrecision(4)} (${runTitle(best.run)})`] : [],
  ];
  const failures = runs.filter(({ state }) => ["failed", "oom", "diverged", "too large"].includes(state));
  return [
    summary.join("; "),
    ...runs.filter(({ state }) => state === "runs").map((run) => `  ${runTitle(run)}: ${progressWords(run)}`),
    ...failures.slice(-3).map((run) => `  ${runTitle(run)} ${run.state}: ${run.note ?? `see ${run.log}`}`),
  ];
}

function progressWords({ progress }: Readonly<SweepRun>): string {
  if (!progress) return "starts";
  const { phase, done, total, loss } = progress;
  return `${phase} ${done}/${total}${loss === undefined ? "" : `, loss ${loss.toFixed(3)}`}`;
}

/** A short name of a run within its sweep. */
export function runTitle({ plan: { spec } }: Readonly<SweepRun>): string {
  const title = methods.find(({ name }) => name === spec.method)?.title ?? spec.method;
  return `${title} r ${spec.rank}, ${spec.task}, lr ${spec.learning_rate}, seed ${spec.seed}`;
}
