import type { RunProgress } from "../experiments/run.ts";
import { progressLine } from "./progress.ts";

/** The progress of a run as one line for each of its phases, in its turn; the title stands before each. */
export function runProgress(title = ""): { update(progress: RunProgress): void; end(): void } {
  const units: Record<RunProgress["phase"], string> = {
    load: "tensors",
    "evaluate before": "examples",
    start: "layers",
    train: "steps",
    "evaluate after": "examples",
  };
  let current: { phase: string; line: ReturnType<typeof progressLine> } | null = null;
  const end = () => {
    current?.line.end();
    current = null;
  };
  return {
    update({ phase, done, total, text }) {
      if (current?.phase !== phase) {
        end();
        current = {
          phase,
          line: progressLine({ total, unit: units[phase], label: `${title} ${phase}`.trim() }),
        };
      }
      current!.line.update({ done, ...text !== undefined && { text } });
    },
    end,
  };
}
