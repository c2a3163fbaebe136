import type { Course } from "./course.ts";
import { runFiles } from "./run_files.ts";
import type { ScoresBefore } from "./scores_before.ts";
import type { ScoreRun } from "./train_spec.ts";

/** Scores the unadapted model on every task of a course, but for what is known; null after an interrupt. */
export async function scoreBefore(
  { tests }: Course,
  known: ScoresBefore | undefined,
  score: ScoreRun,
): Promise<ScoresBefore | null> {
  const before: { [task: string]: number } = {};
  for (const [i, test] of tests.entries()) {
    const there = known?.[test.task];
    if (there === undefined) {
      const { value, n } = await score(
        "evaluate before",
        test,
        runFiles.before(i === 0 ? undefined : test.task),
      );
      if (n < test.examples.length) return null;
      before[test.task] = value;
    } else before[test.task] = there;
  }
  return before;
}
