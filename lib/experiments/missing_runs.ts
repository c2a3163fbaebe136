import type { RunRecord, RunStatus } from "./record.ts";
import { recordsBySpec, specKey } from "./records_by_spec.ts";
import type { Spec } from "./spec.ts";

/** A run that was asked for and has not come to its end. */
export interface MissingRun {
  readonly spec: Spec;
  /** Null where there is no record of it. */
  readonly status: Extract<RunStatus, "failed" | "interrupted"> | null;
  /** Why there is no result, in words. */
  readonly reason: string;
}

/**
 * Which of an experiment's runs have no result among the records: they were not done, failed, or were interrupted. A run that
 * diverged, or was given up by a sweep, has come to its end.
 *
 * @example
 * ```ts
 * import { keptRecords, loadPreset, missingRuns } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const { specs } = loadPreset("quickstart", "laptop");
 * const records = keptRecords("quickstart").filter(({ run }) => run.spec.method !== "pissa");
 * assert.deepEqual(missingRuns(specs, records).map(({ spec }) => spec.method), ["pissa"]);
 * ```
 */
export function missingRuns(specs: readonly Spec[], records: readonly RunRecord[]): MissingRun[] {
  const done = recordsBySpec(records);
  return specs.flatMap((spec): MissingRun[] => {
    const record = done.get(specKey(spec));
    if (record === undefined) return [{ spec, status: null, reason: "not done yet" }];
    const { status, error } = record.run;
    if (status !== "failed" && status !== "interrupted") return [];
    return [{ spec, status, reason: error ?? status }];
  });
}
