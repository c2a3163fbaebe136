import { type BootstrapInterval, type BootstrapOptions, pairedBootstrap } from "../evaluation/bootstrap.ts";
import { accuracy } from "../evaluation/metrics/accuracy.ts";
import { type MetricName, metrics } from "../evaluation/metrics/metrics.ts";
import { UsageError } from "../usage_error.ts";
import type { Judged, RunRecord } from "./record.ts";
import type { RunSummary } from "./summarize_runs.ts";

/** How one summary's runs differ from another's on the same examples. */
export interface RunComparison extends BootstrapInterval {
  /** In plain words, why the difference says nothing, or not enough; null for one outside the noise. */
  readonly warning: string | null;
}

/**
 * By how much the second's runs score above the first's, with an interval by {@linkcode pairedBootstrap} over the examples, which
 * both must have been scored on, and a warning where the difference is inside the noise: of the examples, since the interval
 * holds 0, or of the seeds, since it is not twice the standard error of the difference of the means.
 *
 * @throws UsageError where the examples are not the same, or a record does not tell what came out for them
 *
 * @example
 * ```ts
 * import { compareRuns, keptRecords, summarizeRuns } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const summaries = summarizeRuns(keptRecords("glue"));
 * const of = (name: string) =>
 *   summaries.find(({ record: { run: { spec } } }) => spec.task === "glue/sst2" && spec.method === name)!;
 * const { difference, low, high } = compareRuns(of("inttune"), of("lora"), { samples: 200 });
 * assert.ok(low <= difference && difference <= high);
 * ```
 */
export function compareRuns(
  first: RunSummary,
  second: RunSummary,
  options?: BootstrapOptions,
): RunComparison {
  const [one, two] = [first, second].map(({ records }) => records.map(judgedOf));
  const { gold } = one![0]!;
  const other = [...one!, ...two!].some((judged) => !sameNumbers(judged.gold, gold));
  if (other || first.metric !== second.metric) {
    throw new UsageError(
      `${first.record.run.spec.task} and ${second.record.run.spec.task} were not scored on the same examples; ` +
        "compare runs of one task, eval_splits and eval_limit",
    );
  }
  const metric = metrics[first.metric as MetricName] ?? accuracy; // pass@1 and its like are shares of correct outputs
  const outputs = (list: readonly Judged[]) => list.map((judged) => judged.outputs);
  const interval = pairedBootstrap(metric, gold, outputs(one!), outputs(two!), options);
  return { ...interval, warning: warningOf(interval, first, second) };
}

function judgedOf({ run: { spec, seed }, eval: score }: RunRecord): Judged {
  if (score?.judged) return score.judged;
  throw new UsageError(
    `the record of ${spec.method} on ${spec.task} with the seed ${seed} does not hold what came out for each example; ` +
      "it is of an earlier version: run it again",
  );
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function warningOf(
  { difference, low, high }: BootstrapInterval,
  first: RunSummary,
  second: RunSummary,
): string | null {
  if (!Number.isFinite(difference)) {
    return "not defined: a model gave the same output everywhere";
  }
  if (low <= 0 && high >= 0) return "inside the noise of the examples";
  const variances = [first, second].map(({ seeds, last }) =>
    last.deviation === null ? null : last.deviation ** 2 / seeds.length
  );
  if (variances.includes(null)) return "one seed: the spread over seeds is not known";
  const standardError = Math.sqrt(variances[0]! + variances[1]!);
  if (Math.abs(difference) < 2 * standardError) {
    return "inside the noise of the seeds";
  }
  return null;
}
