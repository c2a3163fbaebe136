import { shownJson } from "../formats/json.ts";
import { UsageError } from "../usage_error.ts";
import type { Task } from "./tasks.ts";

/** How outputs are judged: as published, or strictly, by the value of the answer. */
export const scorers = ["published", "strict"] as const;

/**
 * The task with the scorer of that name.
 *
 * @throws UsageError for another name, and for a task without a strict scorer
 *
 * @example
 * ```ts
 * import { findTask, withScorer } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const output = "The answer is: 71.5"; // which the published scorer rounds
 * assert.equal((await findTask("gsm8k").score(output, "#### 72")).correct, true);
 * assert.equal((await withScorer(findTask("gsm8k"), "strict").score(output, "#### 72")).correct, false);
 * ```
 */
export function withScorer(task: Task, scorer: string): Task {
  if (scorer === "published") return task;
  if (scorer !== "strict") {
    throw new UsageError(`unknown scorer ${shownJson(scorer)}; choose one of ${scorers.join(", ")}`);
  }
  if (!task.strictScore) {
    throw new UsageError(
      `${task.name} has no strict scorer; take the published one, or the task gsm8k or math`,
    );
  }
  return { ...task, metric: `${task.metric} by value`, score: task.strictScore };
}
