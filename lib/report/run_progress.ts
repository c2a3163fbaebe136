import type { RunProgress } from "../experiments/run_options.ts";
import { lossCurveDisplay } from "./loss_curve_display.ts";
import { type ProgressLine, progressLine } from "./progress.ts";

/** What is counted in each phase. */
const units: Record<RunProgress["phase"], string> = {
  load: "tensors",
  "evaluate before": "examples",
  start: "layers",
  train: "steps",
  "evaluate epoch": "examples",
  "evaluate after": "examples",
};

/** The progress of runs: one line for each phase of each run, in its turn. */
export interface RunProgressLines {
  /** @param title stands before the phase, such as the method's name */
  update(progress: RunProgress, title?: string): void;
  /** Ends the last line. */
  end(): Promise<void>;
}

/** Shows how far runs are, on standard error, or in the notebook with a picture of the losses that grows step by step. */
export function runProgress(): RunProgressLines {
  const picture = lossCurveDisplay();
  let current: { label: string; line: ProgressLine } | null = null;
  const end = async () => {
    const ended = current;
    current = null;
    await ended?.line.end();
    await picture.end();
  };
  return {
    update({ phase, done, total, text, training }, title = "") {
      const label = `${title} ${phase}`.trim();
      if (current?.label !== label) {
        end();
        const from = phase === "train" ? done : 0; // its first word is where a resumed run stands
        current = { label, line: progressLine({ total, unit: units[phase], label, from }) };
      }
      current.line.update({ done, ...text !== undefined && { text } });
      if (training) picture.update(training.points, title || undefined);
    },
    end,
  };
}
