import { UsageError } from "../usage_error.ts";
import type { RunRecord } from "./record.ts";
import { type Spread, spread } from "./spread.ts";

/** What the runs of one spec came to, which differ by their seeds alone. */
export interface RunSummary {
  /** One of them, which stands for all. */
  readonly record: RunRecord;
  /** Their records by ascending seed. */
  readonly records: readonly RunRecord[];
  readonly seeds: readonly number[];
  readonly metric: string;
  /** Before training; null where it was not measured, or is not defined. */
  readonly before: Spread | null;
  /** At the end of training: the last epoch. */
  readonly last: Spread;
  /** Of the best epoch of each run, which was chosen on the examples that it is scored on; null where only the last was scored. */
  readonly best: Spread | null;
}

/**
 * Sums up the runs of each spec over its seeds, in the order of their first records. Runs that are not done, or were not scored,
 * are left out.
 *
 * @throws UsageError for two records of one spec and seed
 *
 * @example
 * ```ts
 * import { keptRecords, summarizeRuns } from "nlora";
 * import assert from "node:assert/strict";
 *
 * for (const { seeds, last } of summarizeRuns(keptRecords("glue"))) {
 *   assert.ok(last.mean >= -1 && last.mean <= 1);
 *   assert.equal(last.deviation === null, seeds.length === 1);
 * }
 * ```
 */
export function summarizeRuns(records: readonly RunRecord[]): RunSummary[] {
  const groups = new Map<string, RunRecord[]>();
  for (const record of records) {
    if (record.run.status !== "done" || record.eval === null) continue;
    const { seed: _, ...shared } = record.run.spec;
    const key = JSON.stringify(Object.entries(shared).sort(([a], [b]) => a < b ? -1 : 1));
    groups.set(key, [...groups.get(key) ?? [], record]);
  }
  return [...groups.values()].map(summary);
}

function summary(group: readonly RunRecord[]): RunSummary {
  const records = group.toSorted((a, b) => a.run.seed - b.run.seed);
  const seeds = records.map(({ run }) => run.seed);
  const twice = seeds.find((seed, i) => seed === seeds[i + 1]);
  const [record] = records;
  if (twice !== undefined) {
    const { task, method } = record!.run.spec;
    throw new UsageError(`two records are of ${method} on ${task} with the seed ${twice}; leave one out`);
  }
  return {
    record: record!,
    records,
    seeds,
    metric: record!.eval!.metric,
    before: spreadOfAll(records.map((record) => record.eval!.before)),
    last: spread(records.map((record) => record.eval!.value ?? NaN)),
    best: spreadOfAll(records.map((record) => record.eval!.best?.value ?? null)),
  };
}

/** Null where a value is missing. */
function spreadOfAll(values: readonly (number | null)[]): Spread | null {
  return values.some((value) => value === null) ? null : spread(values as readonly number[]);
}
