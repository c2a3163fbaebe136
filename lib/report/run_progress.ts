import type { RunProgress } from "../experiments/run.ts";
import { type ProgressLine, progressLine } from "./progress.ts";

/** What is counted in each phase. */
const units: Record<RunProgress["phase"], string> = {
  load: "tensors",
  "evaluate before": "examples",
  start: "layers",
  train: "steps",
  "evaluate after": "examples",
};

/** The progress of runs: one line for each phase of each run, in its turn. */
export interface RunProgressLines {
  /** @param title stands before the phase, such as the method's name */
  update(progress: RunProgress, title?: string): void;
  /** Ends the last line. */
  end(): Promise<void>;
}

/** Shows how far runs are, in the notebook or on standard error. */
export function runProgress(): RunProgressLines {
  let current: { label: string; line: ProgressLine } | null = null;
  const end = async () => {
    const ended = current;
    current = null;
    await ended?.line.end();
  };
  return {
    update({ phase, done, total, text }, title = "") {
      const label = `${title} ${phase}`.trim();
      if (current?.label !== label) {
        end();
        current = { label, line: progressLine({ total, unit: units[phase], label }) };
      }
      current.line.update({ done, ...text !== undefined && { text } });
    },
    end,
  };
}
