import type { CourseScore } from "./course.ts";
import type { EpochScore, RunScore } from "./record.ts";

/** The part of a record that tells how a model did. */
export function scoreRecord(
  { judged, metric, value, n, metrics, splits }: CourseScore,
  { before, epochs, eval_s }: { before: number | null; epochs: readonly EpochScore[]; eval_s: number },
  examplesFile: string | null,
): RunScore {
  return {
    metric,
    value,
    ...metrics && { metrics },
    ...splits && { splits },
    ...epochs.length > 0 && { epochs, best: bestOf(epochs) },
    before,
    n,
    eval_s,
    examples_file: examplesFile,
    judged,
  };
}

function bestOf(epochs: readonly EpochScore[]): EpochScore {
  return epochs.reduce((best, epoch) =>
    !(best.value >= epoch.value) && epoch.value > -Infinity ? epoch : best
  );
}
