import process from "node:process";
import type { TextStream } from "./progress_screens.ts";
import type { RunProgressLines } from "./run_progress.ts";

/**
 * The progress of runs for programs: one line of JSON for each training step, with `step`, `loss`, `grad_norm`, `lr`, `tokens`,
 * `tokens_per_s` and `seconds_left`, and the run's `title` where it has one. The other phases say nothing.
 *
 * @param stream by default the standard error
 *
 * @example
 * ```ts
 * import { jsonProgress } from "nlora";
 * import assert from "node:assert/strict";
 *
 * let written = "";
 * const progress = jsonProgress({ write: (text: string) => written += text });
 * const points = [{ step: 1, loss: 2.5, grad_norm: 0.7, lr: 1e-3, tokens: 96 }];
 * const training = { steps: 20, points, tokensPerSecond: 48, secondsLeft: 38 };
 * progress.update({ phase: "train", done: 1, total: 20, training });
 * assert.deepEqual(JSON.parse(written), { ...points[0], tokens_per_s: 48, seconds_left: 38 });
 * ```
 */
export function jsonProgress(stream: TextStream = process.stderr): RunProgressLines {
  return {
    update({ training }, title) {
      if (!training) return;
      const { tokensPerSecond: tokens_per_s, secondsLeft: seconds_left, points } = training;
      const line = { ...title !== undefined && { title }, ...points.at(-1)!, tokens_per_s, seconds_left };
      stream.write(JSON.stringify(line) + "\n");
    },
    end: () => Promise.resolve(),
  };
}
