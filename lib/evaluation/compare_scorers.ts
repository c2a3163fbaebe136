import { scorePredictions } from "./score_predictions.ts";
import type { Task } from "./tasks.ts";
import { withScorer } from "./with_scorer.ts";

/** An output that the two scorers judge differently, with what each of them read out of it. */
export interface Disagreement {
  readonly id: string | number;
  readonly published: string | null;
  readonly strict: string | null;
  readonly gold: string;
  /** The scorer to which the output is right. */
  readonly right: "published" | "strict";
}

/** One file of predictions, judged by both scorers. */
export interface ScorerComparison {
  readonly task: string;
  readonly n: number;
  /** Share of correct outputs as published, from 0 to 1. */
  readonly published: number;
  /** Share of correct outputs by value. */
  readonly strict: number;
  readonly disagreements: readonly Disagreement[];
  /** The lines that could not be judged. */
  readonly problems: readonly string[];
}

/**
 * How much the choice of scorer changes: the same predictions judged as published and strictly, and where the two differ.
 *
 * @param path a file as {@linkcode scorePredictions} reads it, such as an evaluation's `examples.jsonl`
 * @throws UsageError for a task without a strict scorer, or a file that cannot be read
 *
 * @example
 * ```ts
 * import { compareScorers, findTask } from "nlora";
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 *
 * const folder = await mkdtemp(join(tmpdir(), "nlora-"));
 * const path = join(folder, "predictions.jsonl");
 * await writeFile(path, JSON.stringify({ id: 1, output: "So she has 72 apples.", gold: "#### 72" }));
 * const { published, strict } = await compareScorers(findTask("gsm8k"), path);
 * assert.deepEqual([published, strict], [0, 1]);
 * await rm(folder, { recursive: true });
 * ```
 */
export async function compareScorers(task: Task, path: string): Promise<ScorerComparison> {
  const byValue = await scorePredictions(withScorer(task, "strict"), path);
  const asPublished = await scorePredictions(task, path);
  const strictly = new Map(byValue.examples.map((example) => [example.id, example]));
  return {
    task: task.name,
    n: asPublished.n,
    published: asPublished.value,
    strict: byValue.value,
    disagreements: asPublished.examples.flatMap(({ id, extracted, gold, correct }) => {
      const other = strictly.get(id);
      if (other === undefined || other.correct === correct) return [];
      return {
        id,
        published: extracted,
        strict: other.extracted,
        gold,
        right: correct ? "published" : "strict",
      };
    }),
    problems: asPublished.problems,
  };
}
