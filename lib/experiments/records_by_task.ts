import type { RunRecord } from "./record.ts";

/**
 * Records with one score each, as tables and figures want them: a run that was scored on several tasks becomes one record for each of
 * them, `run.spec.task` being the task of its score. Other records stay as they are.
 *
 * @example
 * ```ts
 * import { keptRecords, recordsByTask } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const [record] = keptRecords("gsm8k");
 * const { metric, value, before, n, eval_s, examples_file } = { metric: "accuracy", value: 0.5, before: 0, n: 2, eval_s: 1, examples_file: null };
 * const score = { metric, value, before, n, eval_s, examples_file };
 * const both = recordsByTask([{ ...record!, eval: { ...score, also: { math: { ...score, value: 0.25 } } } }]);
 * assert.deepEqual(both.map(({ run, eval: score }) => [run.spec.task, score?.value]), [["gsm8k", 0.5], ["math", 0.25]]);
 * ```
 */
export function recordsByTask(records: readonly RunRecord[]): RunRecord[] {
  return records.flatMap((record) => {
    if (!record.eval?.also) return [record];
    const { also, ...own } = record.eval;
    const further = Object.entries(also).map(([task, score]) => ({
      ...record,
      run: { ...record.run, spec: { ...record.run.spec, task } },
      eval: score,
    }));
    return [{ ...record, eval: own }, ...further];
  });
}
